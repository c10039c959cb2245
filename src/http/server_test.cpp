#include "http/server.hpp"

#include <condition_variable>
#include <mutex>

#include "testing/http_server.hpp"

namespace sextant::http {
namespace {

using testing::Answer;
using testing::HttpClient;

Handler says(std::string text) {
  return [text](const Request&) -> Result<Response> { return json(text); };
}

// Lets a handler wait until the test says so.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return is_open_; });
  }
  void wait_for(int waiting) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= waiting; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_ = false;
  int waiting_ = 0;
};

class ServerTest : public testing::HttpServerTest {};

TEST_F(ServerTest, AnswersWithTheHeadersThatEveryAnswerHas) {
  get("/a", says("{}"));
  start();
  const Answer answer = connect().get("/a");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{}");
  EXPECT_EQ(answer.headers.at("server"), "sextant");
  EXPECT_EQ(answer.headers.at("cache-control"), "private, no-cache");
  EXPECT_EQ(answer.headers.at("vary"), "Authorization, Accept, Accept-Encoding");
  EXPECT_EQ(answer.headers.at("content-type"), "application/json; charset=utf-8");
  EXPECT_TRUE(answer.headers.at("date").ends_with(" GMT"));
  EXPECT_EQ(answer.headers.at("etag").size(), 24u);
  EXPECT_FALSE(answer.headers.contains("connection"));
}

TEST_F(ServerTest, KeepsAConnectionOverManyRequestsAndAnswersPipelinedOnesInOrder) {
  get("/quick/{n}",
      [](const Request& r) -> Result<Response> { return json(std::string(r.path_value("n"))); });
  get(
      "/slow/{n}",
      [](const Request& r) -> Result<Response> { return json(std::string(r.path_value("n"))); },
      Cost::slow);
  start();
  HttpClient client = connect();
  std::string requests;
  for (int i = 0; i < 300; ++i)
    requests += std::string("GET /") + (i % 3 ? "quick/" : "slow/") + std::to_string(i) +
                " HTTP/1.1\r\nHost: x\r\n\r\n";
  client.send(requests);
  for (int i = 0; i < 300; ++i) ASSERT_EQ(client.read_answer().body, std::to_string(i));
  EXPECT_EQ(server->open_connections(), 1);
}

TEST_F(ServerTest, ReadsBodiesByLengthAndByChunks) {
  post("/echo", [](const Request& r) -> Result<Response> { return json(r.body); });
  start();
  HttpClient client = connect();
  const std::string large(300'000, 'b');
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" + large);
  EXPECT_EQ(client.read_answer().body, large);
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n493e0\r\n" +
      large + "\r\n0\r\n\r\n");
  EXPECT_EQ(client.read_answer().body, "abc" + large);
}

TEST_F(ServerTest, SaysContinueToWhoWaitsForIt) {
  post("/echo", [](const Request& r) -> Result<Response> { return json(r.body); });
  start();
  HttpClient client = connect();
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 100);
  client.send("hello");
  EXPECT_EQ(client.read_answer().body, "hello");
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: something\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(client.read_answer().status, 417);
}

TEST_F(ServerTest, AnswersHeadLikeGetButWithoutTheBody) {
  get("/a", says("{\"a\":1}"));
  start();
  HttpClient client = connect();
  client.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
  const Answer head = client.read_answer(true);
  const Answer whole = client.get("/a");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-length"), "7");
  EXPECT_EQ(head.headers.at("etag"), whole.headers.at("etag"));
  EXPECT_EQ(whole.body, "{\"a\":1}");
}

TEST_F(ServerTest, ClosesWhenAskedAndHonoursHttp10) {
  get("/a", says("{}"));
  start();
  HttpClient closing = connect();
  EXPECT_EQ(closing.get("/a", "Connection: close\r\n").headers.at("connection"), "close");
  EXPECT_EQ(closing.read_to_end(), "");
  HttpClient old = connect();
  old.send("GET /a HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.read_answer().headers.at("connection"), "close");
  EXPECT_EQ(old.read_to_end(), "");
  HttpClient kept = connect();
  kept.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(kept.read_answer().headers.at("connection"), "keep-alive");
  EXPECT_EQ(kept.get("/a").status, 200);
}

TEST_F(ServerTest, KeepsAHarmlessRequestIdAndReplacesOthers) {
  get("/a", [](const Request& r) -> Result<Response> { return json(r.id); });
  start();
  HttpClient client = connect();
  const auto id_for = [&](const std::string& sent) {
    const Answer answer = client.get("/a", "X-Request-Id: " + sent + "\r\n");
    EXPECT_EQ(answer.body, answer.headers.at("x-request-id"));
    return answer.body;
  };
  EXPECT_EQ(id_for("abc-123_X.y:z/0"), "abc-123_X.y:z/0");
  EXPECT_EQ(id_for(std::string(128, 'a')), std::string(128, 'a'));
  for (const std::string& bad :
       {std::string(), std::string(129, 'a'), std::string("a b"), std::string("<x>"),
        std::string("a\"b"), std::string("\xc3\xbc")}) {
    EXPECT_NE(id_for(bad), bad);
    EXPECT_GE(id_for(bad).size(), 16u);
  }
  EXPECT_NE(id_for(""), id_for(""));
  // A refused message does not get the id of the request before it.
  EXPECT_EQ(id_for("mine"), "mine");
  client.send("nonsense\r\n\r\n");
  EXPECT_NE(client.read_answer().headers.at("x-request-id"), "mine");
}

TEST_F(ServerTest, AHandlerThatThrowsIsA500OnALoopAndOnAWorker) {
  const Handler throws = [](const Request&) -> Result<Response> { throw std::runtime_error("no"); };
  get("/quick", throws);
  get("/slow", throws, Cost::slow);
  start();
  HttpClient client = connect();
  EXPECT_EQ(client.get("/quick").status, 500);
  EXPECT_EQ(client.get("/slow").status, 500);
  EXPECT_EQ(client.get("/nothing").status, 404);
}

TEST_F(ServerTest, AHandlerCannotSplitTheAnswer) {
  get("/a", [](const Request&) -> Result<Response> {
    Response response = json("{}");
    response.headers.emplace_back("X-Name", "a\r\nSet-Cookie: b=c");
    return response;
  });
  start();
  const Answer answer = connect().get("/a");
  EXPECT_EQ(answer.headers.at("x-name"), "aSet-Cookie: b=c");
  EXPECT_FALSE(answer.headers.contains("set-cookie"));
}

TEST_F(ServerTest, ShowsThePeerAndTellsWhatWasServed) {
  std::mutex mutex;
  std::condition_variable told;
  std::vector<Served> served;
  get("/a", [](const Request& r) -> Result<Response> { return json(r.peer); });
  start([&](const Served& s) {
    const std::lock_guard lock(mutex);
    served.push_back(s);
    told.notify_all();
  });
  HttpClient client = connect();
  EXPECT_EQ(client.get("/a").body, "127.0.0.1");
  EXPECT_EQ(client.get("/b").status, 404);
  client.send("\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 400);
  std::unique_lock lock(mutex);
  told.wait(lock, [&] { return served.size() == 3; });
  EXPECT_EQ(served[0].route, &router.routes()[0]);
  EXPECT_EQ(served[0].status, 200);
  EXPECT_GT(served[0].bytes, 100u);
  EXPECT_EQ(served[1].route, nullptr);
  EXPECT_EQ(served[1].status, 404);
  EXPECT_EQ(served[2].status, 400);
}

TEST_F(ServerTest, SlowHandlersDoNotHoldUpQuickOnes) {
  Gate gate;
  get("/quick", says("{}"));
  get(
      "/slow",
      [&](const Request&) -> Result<Response> {
        gate.pass();
        return json("{}");
      },
      Cost::slow);
  settings.loops = 1;
  settings.workers = 2;
  start();
  HttpClient one = connect(), two = connect();
  one.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  two.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  gate.wait_for(2);
  EXPECT_EQ(connect().get("/quick").status, 200);
  gate.open();
  EXPECT_EQ(one.read_answer().status, 200);
  EXPECT_EQ(two.read_answer().status, 200);
}

TEST_F(ServerTest, QuickHandlersRunOnWorkersWhenToldSo) {
  Gate gate;
  get("/quick", [&](const Request&) -> Result<Response> {
    gate.pass();
    return json("{}");
  });
  settings.loops = 1;
  settings.handlers_on_loops = false;
  start();
  HttpClient one = connect(), two = connect();
  one.send("GET /quick HTTP/1.1\r\nHost: x\r\n\r\n");
  two.send("GET /quick HTTP/1.1\r\nHost: x\r\n\r\n");
  gate.wait_for(2);
  gate.open();
  EXPECT_EQ(one.read_answer().status, 200);
  EXPECT_EQ(two.read_answer().status, 200);
}

TEST_F(ServerTest, StopFinishesWhatIsUnderWayAndClosesTheIdle) {
  Gate gate;
  get("/quick", says("{}"));
  get(
      "/slow",
      [&](const Request&) -> Result<Response> {
        gate.pass();
        return json("{\"done\":true}");
      },
      Cost::slow);
  start();
  const std::uint16_t port = server->port();
  HttpClient idle = connect(), busy = connect();
  EXPECT_EQ(idle.get("/quick").status, 200);
  busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  gate.wait_for(1);
  std::thread stopping([&] { server->stop(std::chrono::seconds(20)); });
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_FALSE(idle.was_reset());
  gate.open();
  const Answer answer = busy.read_answer();
  EXPECT_EQ(answer.body, "{\"done\":true}");
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_EQ(busy.read_to_end(), "");
  stopping.join();
  EXPECT_EQ(server->open_connections(), 0);
  EXPECT_THROW(HttpClient{port}, std::runtime_error);
}

TEST_F(ServerTest, StopReturnsAtItsDeadlineAndCutsTheRest) {
  Gate gate;
  get(
      "/slow",
      [&](const Request&) -> Result<Response> {
        gate.pass();
        return json("{}");
      },
      Cost::slow);
  start();
  HttpClient busy = connect(), half = connect();
  busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  half.send("GET /slow HT");
  gate.wait_for(1);
  server->stop(std::chrono::milliseconds(20));
  EXPECT_EQ(half.read_to_end(), "");
  EXPECT_EQ(busy.read_to_end(), "");
  gate.open();
  server.reset();
}

TEST_F(ServerTest, SaysWhyItCannotStart) {
  start();
  ServerSettings same;
  same.listen = "127.0.0.1:" + std::to_string(server->port());
  const auto taken = Server::start(same, router);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, ErrorKind::unavailable);
  for (const char* listen : {"", "8321", "localhost", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999",
                             "127.0.0.1:x", "1.2.3:80"}) {
    ServerSettings wrong;
    wrong.listen = listen;
    const auto refused = Server::start(wrong, router);
    ASSERT_FALSE(refused) << listen;
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  }
}

}  // namespace
}  // namespace sextant::http
