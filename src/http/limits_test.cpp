// Limits of size and time, with small settings; nothing here sleeps, each test waits for the server
// to act.
#include "testing/http_server.hpp"

namespace sextant::http {
namespace {

using std::chrono::milliseconds;
using testing::Answer;
using testing::HttpClient;

class Limits : public testing::HttpServerTest {
 protected:
  void SetUp() override {
    HttpServerTest::SetUp();
    get("/", [](const Request&) -> Result<Response> { return json("{}"); });
    post("/",
         [](const Request& r) -> Result<Response> { return json(std::to_string(r.body.size())); });
    settings.header_bytes = 4096;
    settings.body_bytes = 10'000;
  }
  Answer ask(const std::string& request) {
    HttpClient client = connect();
    client.send(request);
    Answer answer = client.read_answer();
    if (answer.status >= 400) {
      EXPECT_EQ(answer.headers["connection"], "close");
      EXPECT_EQ(client.read_to_end(), "");
    }
    return answer;
  }
  static std::string head_of(std::size_t bytes) {
    const std::string before = "GET / HTTP/1.1\r\nHost: x\r\nA: ";
    return before + std::string(bytes - before.size() - 4, 'a') + "\r\n\r\n";
  }
  static std::string request_line_of(std::size_t bytes) {
    return "GET /?" + std::string(bytes - 17, 'a') + " HTTP/1.1\r\n";
  }
};

TEST_F(Limits, HeadersTooLargeAre431AndARequestLineTooLongIs414) {
  start();
  EXPECT_EQ(ask(head_of(4096)).status, 200);
  EXPECT_EQ(ask(head_of(4097)).status, 431);
  EXPECT_EQ(ask(head_of(100'000)).status, 431);
  EXPECT_EQ(ask(request_line_of(4000) + "Host: x\r\n\r\n").status, 200);
  EXPECT_EQ(ask(request_line_of(4090) + "Host: x\r\n\r\n").status, 431);
  EXPECT_EQ(ask(request_line_of(4097) + "Host: x\r\n\r\n").status, 414);
  const Answer answer = ask(request_line_of(50'000) + "Host: x\r\n\r\n");
  EXPECT_EQ(answer.status, 414);
  EXPECT_NE(answer.body.find("\"uri_too_long\""), std::string::npos);
}

TEST_F(Limits, ABodyTooLargeIs413WhicheverWayItComes) {
  start();
  EXPECT_EQ(
      ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n" + std::string(10'000, 'b'))
          .body,
      "10000");
  EXPECT_EQ(ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10001\r\n\r\n").status, 413);
  EXPECT_EQ(ask("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: "
                "18446744073709551615\r\n\r\n")
                .status,
            413);
  std::string chunks = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 3; ++i) chunks += "fa0\r\n" + std::string(4000, 'b') + "\r\n";
  EXPECT_EQ(ask(chunks).status, 413);
  EXPECT_EQ(
      ask("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n")
          .status,
      413);
}

TEST_F(Limits, LargeBodiesAreForWhomTheSettingsLetAndOnlySoManyAtOnce) {
  post("/large/",
       [](const Request& r) -> Result<Response> { return json(std::to_string(r.body.size())); });
  settings.large_body_path = "/large/";
  settings.large_body_bytes = 100'000;
  settings.large_bodies_bytes = 150'000;
  settings.refuse_large_body = [](const Request& request) -> std::optional<Refusal> {
    if (request.header("x-signed")) return std::nullopt;
    return Refusal{401, "unauthorized", "not signed"};
  };
  start();
  const std::string signed_head = "POST /large/ HTTP/1.1\r\nHost: x\r\nX-Signed: yes\r\n";
  const std::string long_body = "Content-Length: 90000\r\n\r\n";
  EXPECT_EQ(ask("POST /large/ HTTP/1.1\r\nHost: x\r\n" + long_body).status, 401);
  EXPECT_EQ(ask("POST /large/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n").status,
            401);
  HttpClient first = connect();
  first.send(signed_head + "Expect: 100-continue\r\n" + long_body);
  EXPECT_EQ(first.read_answer().status, 100) << "it is let in before the second one asks";
  EXPECT_EQ(ask(signed_head + long_body).status, 503);
  EXPECT_EQ(ask(signed_head + "Content-Length: 2\r\n\r\nab").body, "2") << "no large one";
  first.send(std::string(90'000, 'b'));
  EXPECT_EQ(first.read_answer().body, "90000");
  // The room is free again, for the same connection and, when it is gone, for others.
  first.send(signed_head + long_body + std::string(90'000, 'b'));
  EXPECT_EQ(first.read_answer().body, "90000");
}

TEST_F(Limits, ALineBetweenChunksThatDoesNotEndIs400) {
  start();
  EXPECT_EQ(ask("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=" +
                std::string(5000, 'a'))
                .status,
            400);
}

TEST_F(Limits, ARefusedClientCanReadTheAnswerWhileItStillSends) {
  start();
  HttpClient client = connect();
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n");
  client.send(std::string(1'000'000, 'b'));
  EXPECT_EQ(client.read_answer().status, 413);
}

TEST_F(Limits, AHeadThatDoesNotComeInTimeIsCut) {
  settings.header_timeout = milliseconds(80);
  start();
  HttpClient client = connect();
  client.send("GET / HT");
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_FALSE(client.ran_into_timeout());
}

TEST_F(Limits, TheHeadsTimeCountsFromItsFirstByteHoweverSteadilyItDrips) {
  settings.header_timeout = milliseconds(150);
  start();
  HttpClient client = connect();
  const auto began = std::chrono::steady_clock::now();
  // Each byte is an answer awaited: the client drips until the server has had enough.
  bool is_cut = false;
  for (int i = 0; i < 4000 && !is_cut; ++i) {
    client.send("a");
    is_cut = client.is_closed_within(milliseconds(5));
  }
  EXPECT_TRUE(is_cut);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
}

TEST_F(Limits, ABodyThatDoesNotComeInTimeIsCut) {
  settings.body_timeout = milliseconds(80);
  start();
  HttpClient client = connect();
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel");
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_FALSE(client.ran_into_timeout());
}

TEST_F(Limits, ABodyThatIsPromisedButDoesNotComeIsCutAfterTheContinue) {
  settings.body_timeout = milliseconds(80);
  start();
  HttpClient client = connect();
  client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 100);
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_FALSE(client.ran_into_timeout());
}

TEST_F(Limits, AnIdleConnectionIsClosedAlsoBeforeItsFirstByte) {
  settings.idle_timeout = milliseconds(80);
  start();
  HttpClient silent = connect();
  HttpClient kept = connect();
  EXPECT_EQ(kept.get("/").status, 200);
  EXPECT_EQ(silent.read_to_end(), "");
  EXPECT_EQ(kept.read_to_end(), "");
  EXPECT_FALSE(silent.ran_into_timeout() || kept.ran_into_timeout());
}

TEST_F(Limits, AClientThatDoesNotReadIsCut) {
  get("/large",
      [](const Request&) -> Result<Response> { return json(std::string(30'000'000, 'x')); });
  settings.write_timeout = milliseconds(80);
  settings.loops = 1;
  start();
  HttpClient client = connect(4096);
  client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  HttpClient other = connect();
  EXPECT_EQ(other.get("/").status, 200);
  while (server->open_connections() > 1) EXPECT_EQ(other.get("/").status, 200);
  EXPECT_LT(client.read_to_end().size(), 30'000'000u);
  EXPECT_TRUE(client.was_reset());
}

TEST_F(Limits, AConnectionTooManyWaitsUntilOneCloses) {
  settings.connections = 2;
  settings.loops = 1;
  start();
  HttpClient third_sends_early = [this] {
    HttpClient one = connect(), two = connect();
    EXPECT_EQ(one.get("/").status, 200);
    EXPECT_EQ(two.get("/").status, 200);
    return HttpClient(server->port());
  }();
  EXPECT_EQ(third_sends_early.get("/").status, 200);
  HttpClient one = connect();
  EXPECT_EQ(one.get("/").status, 200);
  HttpClient waiting = connect();
  waiting.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(one.get("/").status, 200);
  EXPECT_EQ(server->open_connections(), 2);
  EXPECT_EQ(one.get("/", "Connection: close\r\n").status, 200);
  EXPECT_EQ(waiting.read_answer().status, 200);
}

}  // namespace
}  // namespace sextant::http
