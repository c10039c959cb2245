// Bodies that are pulled piece by piece.
#include "testing/http_server.hpp"

namespace sextant::http {
namespace {

using std::chrono::milliseconds;
using testing::Answer;
using testing::HttpClient;

class Streams : public testing::HttpServerTest {
 protected:
  // Pieces of 64 KiB, `count` of them; counts pulls, and tells when the stream is destroyed.
  void serve_stream(int count) {
    get(
        "/stream",
        [this, count](const Request&) -> Result<Response> {
          Response response;
          response.content_type = "text/csv";
          response.has_etag = false;
          auto alive = std::shared_ptr<int>(new int(0), [this](int* left) {
            delete left;
            ++destroyed;
            destroyed.notify_all();
          });
          response.body = BodyStream([this, alive, count](std::string& out) -> Result<bool> {
            ++pulled;
            out.append(64 * 1024, static_cast<char>('a' + *alive % 26));
            return ++*alive < count;
          });
          return response;
        },
        Cost::slow);
  }
  void serve(std::string pattern, BodyStream stream) {
    get(
        std::move(pattern),
        [stream](const Request&) -> Result<Response> {
          Response response;
          response.content_type = "text/csv";
          response.body = stream;
          return response;
        },
        Cost::slow);
  }

  std::atomic<int> pulled = 0;
  std::atomic<int> destroyed = 0;
};

TEST_F(Streams, ArriveWholeInChunksAndKeepTheConnection) {
  serve_stream(40);
  start();
  HttpClient client = connect();
  for (int i = 0; i < 2; ++i) {
    const Answer answer = client.get("/stream");
    EXPECT_EQ(answer.headers.at("transfer-encoding"), "chunked");
    ASSERT_EQ(answer.body.size(), 40u * 64 * 1024);
    EXPECT_EQ(answer.body.front(), 'a');
    EXPECT_EQ(answer.body.back(), 'a' + 39 % 26);
  }
  EXPECT_EQ(pulled, 80);
}

TEST_F(Streams, EndWithTheConnectionOnHttp10) {
  serve_stream(3);
  start();
  HttpClient client = connect();
  client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const Answer answer = client.read_answer();
  EXPECT_FALSE(answer.headers.contains("transfer-encoding"));
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_EQ(answer.body.size(), 3u * 64 * 1024);
  EXPECT_FALSE(client.was_reset());
}

TEST_F(Streams, AreNotPulledForHead) {
  serve_stream(3);
  start();
  HttpClient client = connect();
  client.send("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read_answer(true).status, 200);
  EXPECT_EQ(client.get("/nothing").status, 404);
  EXPECT_EQ(pulled, 0);
}

TEST_F(Streams, EmptyPiecesDoNotEndThem) {
  auto calls = std::make_shared<int>(0);
  serve("/holes", [calls](std::string& out) -> Result<bool> {
    if (++*calls % 2 == 0) out += "x";
    return *calls < 9;
  });
  serve("/empty", [](std::string&) -> Result<bool> { return false; });
  start();
  HttpClient client = connect();
  EXPECT_EQ(client.get("/holes").body, "xxxx");
  EXPECT_EQ(client.get("/empty").body, "");
  EXPECT_EQ(client.get("/nothing").status, 404);
}

TEST_F(Streams, AreNotPulledAheadOfASlowReader) {
  serve_stream(100'000);
  start();
  HttpClient client = connect(4096);
  client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_some();
  // Until what the kernel takes is full: pulls come to a stop though the client reads a little.
  int before = -1;
  for (int quiet = 0; quiet < 20; before = pulled) {
    quiet = pulled == before ? quiet + 1 : 0;
    EXPECT_FALSE(client.read_some(512).empty());
    EXPECT_FALSE(HttpClient(server->port()).is_closed_within(milliseconds(10)));
  }
  EXPECT_LT(pulled, 2000);
  EXPECT_EQ(destroyed, 0);
}

TEST_F(Streams, AreDestroyedWhenTheClientGoes) {
  serve_stream(1'000'000);
  start();
  {
    HttpClient client = connect();
    client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    client.read_some();
  }
  destroyed.wait(0);
  EXPECT_EQ(destroyed, 1);
}

TEST_F(Streams, AnErrorOnTheWayCutsTheConnection) {
  auto calls = std::make_shared<std::atomic<int>>(0);
  serve("/breaks", [calls](std::string& out) -> Result<bool> {
    if (++*calls % 3 == 0) return fail(ErrorKind::unavailable, "the store went away");
    out += "some";
    return true;
  });
  serve("/throws", [calls](std::string& out) -> Result<bool> {
    if (++*calls % 3 == 0) throw std::runtime_error("oops");
    out += "some";
    return true;
  });
  start();
  for (const char* path : {"/breaks", "/throws"})
    for (const char* version : {"HTTP/1.1", "HTTP/1.0"}) {
      HttpClient client = connect();
      client.send(std::string("GET ") + path + " " + version + "\r\nHost: x\r\n\r\n");
      const std::string all = client.read_to_end();
      EXPECT_EQ(all.find("0\r\n\r\n"), std::string::npos);
      EXPECT_TRUE(client.was_reset()) << version;
    }
}

TEST_F(Streams, AnErrorAtOnceIsAPlainAnswer) {
  serve("/breaks", [](std::string&) -> Result<bool> {
    return fail(ErrorKind::unavailable, "the store is away");
  });
  start();
  HttpClient client = connect();
  EXPECT_EQ(client.get("/breaks").status, 503);
  EXPECT_EQ(client.get("/nothing").status, 404);
}

TEST_F(Streams, OfSlowReadersDoNotHoldUpOthers) {
  serve_stream(100'000);
  get("/slow", [](const Request&) -> Result<Response> { return json("{}"); }, Cost::slow);
  settings.workers = 2;
  settings.loops = 1;
  start();
  std::vector<std::unique_ptr<HttpClient>> readers;
  for (int i = 0; i < 8; ++i) {
    readers.push_back(std::make_unique<HttpClient>(server->port(), 4096));
    readers.back()->send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_FALSE(readers.back()->read_some(16).empty());
  }
  EXPECT_EQ(connect().get("/slow").status, 200);
}

TEST_F(Streams, AReaderBelowTheLeastRateIsCutThoughItReads) {
  serve_stream(100'000);
  settings.stream_window = milliseconds(100);
  settings.stream_bytes_per_second = 1'000'000'000;
  start();
  HttpClient client = connect(4096);
  client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  while (!client.read_some(4096).empty() && destroyed == 0) continue;
  destroyed.wait(0);
  EXPECT_FALSE(client.ran_into_timeout());
  EXPECT_EQ(destroyed, 1);
}

TEST_F(Streams, AreCutWhenStoppingTakesTooLong) {
  serve_stream(1'000'000);
  start();
  HttpClient client = connect();
  client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_some();
  server->stop(milliseconds(30));
  while (!client.read_some().empty()) continue;
  EXPECT_FALSE(client.ran_into_timeout());
  server.reset();
  EXPECT_EQ(destroyed, 1);
}

}  // namespace
}  // namespace sextant::http
