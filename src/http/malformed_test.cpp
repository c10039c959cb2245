// What is no HTTP, or is HTTP that two programs would read differently: each gets one 400 and a
// close, and what follows it on the connection is never taken for a request.
#include <fmt/format.h>

#include "testing/http_server.hpp"

namespace sextant::http {
namespace {

using std::string;
using namespace std::string_literals;

string with_header(const string& line) {
  return "GET / HTTP/1.1\r\nHost: x\r\n" + line + "\r\n\r\n";
}
string with_request_line(const string& line) {
  return line + "\r\nHost: x\r\n\r\n";
}
string with_target(const string& target) {
  return with_request_line("GET " + target + " HTTP/1.1");
}
string with_chunks(const string& chunks) {
  return "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
}
string post_with(const string& headers) {
  return "POST /echo HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n\r\nhello";
}

using Messages = std::vector<string>;

void add(Messages& messages, string (*around)(const string&), std::initializer_list<string> parts) {
  for (const string& part : parts) messages.push_back(around(part));
}

Messages malformed_messages() {
  Messages messages;
  add(messages, with_request_line,
      {"GET",
       "GET /",
       "GET  / HTTP/1.1",
       "GET /  HTTP/1.1",
       "GET / HTTP/1.1 ",
       " GET / HTTP/1.1",
       "GET\t/\tHTTP/1.1",
       "GET / HTTP/1.1 x",
       "GET / x HTTP/1.1",
       "/ HTTP/1.1",
       "GET HTTP/1.1",
       "GET / HTTP/0.9",
       "GET / HTTP/1.2",
       "GET / HTTP/2.0",
       "GET / HTTP/2",
       "GET / HTTP/3",
       "GET / HTTP/1",
       "GET / HTTP/1.",
       "GET / HTTP/1.10",
       "GET / HTTP/11",
       "GET / HTTP/01.1",
       "GET / HTTP/1.01",
       "GET / http/1.1",
       "GET / Http/1.1",
       "GET / HTTP /1.1",
       "GET / HTTP/ 1.1",
       "GET / HTTP/-1.1",
       "GET / HTTP/1.1\t",
       "GET / HTTPS/1.1",
       "GET / ICY/1.1",
       "GET / HTTP/x.y",
       "G(T / HTTP/1.1",
       "G,T / HTTP/1.1",
       "G/T / HTTP/1.1",
       "G:T / HTTP/1.1",
       "\"GET\" / HTTP/1.1",
       "G\xc3\xa9T / HTTP/1.1",
       "[GET] / HTTP/1.1",
       "{GET} / HTTP/1.1",
       "GET@ / HTTP/1.1",
       "G\\T / HTTP/1.1",
       "=GET / HTTP/1.1",
       "<GET> / HTTP/1.1",
       "hello",
       "GET\x01 / HTTP/1.1"});
  add(messages, with_target,
      {"*",        "x",          "x/y",       "localhost:80", "host",
       "ftp://x/", "http://",    "http:///",  "http:/x",      "file:///etc/passwd",
       "?a=b",     "/#fragment", "/a#b?c=d",  "/%",           "/%2",
       "/%zz",     "/%g0",       "/%0g",      "/a%",          "/a%2",
       "/%00",     "/a%00b",     "/?a=%",     "/?a=%4",       "/?a=%xy",
       "/?%=1",    "/?a=%00",    "/?a=1&b=%", "/\x7f",        "/\x01",
       "/\x1b[2J", "/\tx",       "/%u0041",   "/%%41",        "\\x"});
  messages.push_back(with_target("/\0x"s));
  messages.push_back(with_request_line("GET / HTTP/1.1\0"s));
  messages.push_back(with_request_line("G\0T / HTTP/1.1"s));
  messages.push_back("CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n");
  messages.push_back("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n");
  messages.push_back("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  messages.push_back("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
  messages.push_back("\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
  messages.push_back("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s);
  messages.push_back(string(100, '\0'));
  messages.push_back(string("\xff\xfe\xfd\r\n\r\n"));

  add(messages, with_header,
      {" folded: start",
       "A: b\r\n c",
       "A: b\r\n\tc",
       "A: b\r\n \r\nB: c",
       "A: b\r\n  ",
       "A : b",
       "A\t: b",
       " A: b",
       "\tA: b",
       "no colon",
       ":",
       ": b",
       " : b",
       "A b: c",
       "A(b): c",
       "A,b: c",
       "A/b: c",
       "A;b: c",
       "A=b: c",
       "A@b: c",
       "A[b: c",
       "A\\b: c",
       "A{b}: c",
       "A\"b\": c",
       "A<b>: c",
       "A?b: c",
       "\xc3\xa4: c",
       "A\x7f: c",
       "A\x01: c",
       "A: \x01",
       "A: b\x0b",
       "A: b\x0c",
       "A: \x1b[31m",
       "A: b\x7f",
       "A: \x08",
       "A: b\rc",
       "A: b\r",
       "A\r: b",
       "\r",
       "A: b\r\r",
       "A: b\nB: c",
       "A: b\n",
       "\nA: b",
       "A: b\n\nGET / HTTP/1.1",
       "Host: x",
       "Host: y",
       "hOST: x",
       "Content-Length: 0\r\nContent-Length: 0",
       "Connection: clo se,\"",
       "Host : x",
       "Authorization: Bearer a\r\nauthorization: Bearer b"});
  messages.push_back(with_header("A: b\0c"s));
  messages.push_back(with_header("A\0: b"s));
  messages.push_back(with_header("\0"s));

  for (const char* host : {"a b", "a,b", "a/b", "x@y", "a?b", "a#b", "<x>", "a\\b", "\"x\"",
                           "x\xff", "{x}", "a|b", "^"})
    messages.push_back("GET / HTTP/1.1\r\nHost: "s + host + "\r\n\r\n");
  messages.push_back("GET / HTTP/1.1\r\n\r\n");
  messages.push_back("GET / HTTP/1.1\r\nX-Host: x\r\n\r\n");
  messages.push_back("GET http://x/ HTTP/1.1\r\n\r\n");
  messages.push_back("GET / HTTP/1.0\r\nHost: x\r\nHost: x\r\n\r\n");
  messages.push_back("GET / HTTP/1.1\nHost: x\n\n");
  messages.push_back("GET / HTTP/1.1\nHost: x\r\n\r\n");
  messages.push_back("GET / HTTP/1.1\r\nHost: x\n\r\n");
  messages.push_back("GET / HTTP/1.1\r\nHost: x\r\n\n");
  messages.push_back("GET / HTTP/1.1\rHost: x\r\r");
  messages.push_back("GET / HTTP/1.1\r\n Host: x\r\n\r\n");
  messages.push_back("GET / HTTP/1.1\r\n\r\nHost: x\r\n\r\n");

  add(messages, post_with,
      {"Content-Length: 5\r\nContent-Length: 5",
       "Content-Length: 5\r\nContent-Length: 6",
       "Content-Length: 5\r\ncontent-length: 5",
       "Content-Length: 5, 5",
       "Content-Length: 5,6",
       "Content-Length: 5;",
       "Content-Length:",
       "Content-Length: ",
       "Content-Length: -5",
       "Content-Length: +5",
       "Content-Length: 5.0",
       "Content-Length: 0x5",
       "Content-Length: 5e0",
       "Content-Length: five",
       "Content-Length: 5 5",
       "Content-Length: \"5\"",
       "Content-Length: 5\xc2\xb2",
       "Content-Length: 18446744073709551616",
       "Content-Length: 99999999999999999999999",
       "Content-Length: 5\r\nTransfer-Encoding: chunked",
       "Transfer-Encoding: chunked\r\nContent-Length: 5",
       "Transfer-Encoding: identity",
       "Transfer-Encoding: gzip",
       "Transfer-Encoding: gzip, chunked",
       "Transfer-Encoding: chunked, gzip",
       "Transfer-Encoding: chunked, chunked",
       "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
       "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
       "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
       "Transfer-Encoding:",
       "Transfer-Encoding: ",
       "Transfer-Encoding: xchunked",
       "Transfer-Encoding: chunkedx",
       "Transfer-Encoding: chunk",
       "Transfer-Encoding: \"chunked\"",
       "Transfer-Encoding: 'chunked'",
       "Transfer-Encoding: chunked;q=1",
       "Transfer-Encoding: ,chunked",
       "Transfer-Encoding: chunked,",
       "Transfer-Encoding: \x0b"
       "chunked",
       "Transfer-Encoding : chunked",
       "Transfer-Encoding\t: chunked",
       " Transfer-Encoding: chunked",
       "Transfer-Encoding:\r\n chunked",
       "Content-Length : 5",
       "Content-Length: 5\r\n ",
       "Content-Length: 1\r\n 5",
       "Content_Length: 5\r\nContent-Length: 5\r\nContent-Length: 5"});
  messages.push_back("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");

  add(messages, with_chunks,
      {"x\r\nhello\r\n0\r\n\r\n",
       "\r\nhello\r\n0\r\n\r\n",
       " 5\r\nhello\r\n0\r\n\r\n",
       "0x5\r\nhello\r\n0\r\n\r\n",
       "-5\r\nhello\r\n0\r\n\r\n",
       "+5\r\nhello\r\n0\r\n\r\n",
       "5g\r\nhello\r\n0\r\n\r\n",
       "5\r\nhelloX\r\n0\r\n\r\n",
       "4\r\nhello\r\n0\r\n\r\n",
       "6\r\nhello\r\n0\r\n\r\n",
       "5\nhello\r\n0\r\n\r\n",
       "5\r\nhello\n0\r\n\r\n",
       "5\r\nhello\r\n0\n\r\n",
       "5\r\nhello\r\n0\r\n\n",
       "5\nhello\n0\n\n",
       "0\n\n",
       "5\rhello\r0\r\r",
       "10000000000000000\r\nx",
       "FFFFFFFFFFFFFFFFF\r\nx",
       "00000000000000000000000000010000000000000000\r\nx",
       "5;a=\"\r\nhello\r\n0\r\n\r\n",
       "5;=b\r\nhello\r\n0\r\n\r\n",
       "5;a b\r\nhello\r\n0\r\n\r\n",
       "5 x\r\nhello\r\n0\r\n\r\n",
       "5;\x01=b\r\nhello\r\n0\r\n\r\n",
       "0\r\nno colon\r\n\r\n",
       "0\r\nContent-Length: 5\r\n\r\n",
       "0\r\nTransfer-Encoding: chunked\r\n\r\n",
       "0\r\nA : b\r\n\r\n",
       "0\r\nA: b\x01\r\n\r\n",
       "\r\n5\r\nhello\r\n0\r\n\r\n",
       ";\r\n",
       "five\r\n",
       "\x01\r\n",
       "0\r\nA: b\r\n c\r\n\r\n",
       "0\r\n A: b\r\n\r\n",
       "5;a=\"b\"c\r\nhello\r\n0\r\n\r\n",
       "5;\r\nhello\r\n0\r\n\r\n",
       "0\r\nHost: y\r\n\r\n",
       "5;a=\"b\\\"\r\nhello\r\n0\r\n\r\n"});
  messages.push_back(with_chunks("5\0\r\nhello\r\n0\r\n\r\n"s));
  return messages;
}

string shown(const string& message) {
  string text;
  for (const char c : message)
    text += c >= 0x20 && c < 0x7f ? string(1, c)
                                  : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  return text;
}

std::size_t count_of(const string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

class Malformed : public testing::HttpServerTest {
 protected:
  void SetUp() override {
    HttpServerTest::SetUp();
    get("/", [this](const Request&) -> Result<Response> {
      ++handled;
      return json("{}");
    });
    post("/echo", [this](const Request& request) -> Result<Response> {
      ++handled;
      return json(request.body);
    });
    start();
  }

  std::atomic<int> handled = 0;
};

TEST_F(Malformed, EachMessageGetsOne400AndAClose) {
  const Messages messages = malformed_messages();
  EXPECT_GE(messages.size(), 200u);
  for (const string& message : messages) {
    testing::HttpClient client = connect();
    client.send(message);
    const string answer = client.read_to_end();
    EXPECT_FALSE(client.ran_into_timeout()) << shown(message);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << shown(message) << " got " << shown(answer);
    EXPECT_EQ(count_of(answer, "HTTP/1.1 "), 1u) << shown(message) << " got " << shown(answer);
    EXPECT_NE(answer.find("\r\nConnection: close\r\n"), string::npos);
    EXPECT_NE(answer.find("\"error\":\"bad_request\""), string::npos);
    EXPECT_NE(answer.find("\r\nX-Request-Id: "), string::npos);
  }
  EXPECT_EQ(handled, 0);
}

TEST_F(Malformed, NothingThatFollowsIsAnswered) {
  const string follower = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  for (const string& message : malformed_messages()) {
    testing::HttpClient client = connect();
    client.send(message + follower + follower);
    const string answer = client.read_to_end();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << shown(message) << " got " << shown(answer);
    EXPECT_EQ(count_of(answer, "HTTP/1.1 "), 1u) << shown(message) << " got " << shown(answer);
  }
  EXPECT_EQ(handled, 0);
}

TEST_F(Malformed, IsSeenAlsoWhenItComesByteByByte) {
  for (const string& message :
       {with_header("A : b"), with_header("A: b\r\n c"), with_chunks("5\r\nhelloX\r\n0\r\n\r\n"),
        with_chunks("5\nhello\r\n"), post_with("Content-Length: 5\r\nContent-Length: 5")}) {
    testing::HttpClient client = connect();
    for (const char c : message) client.send(std::string_view(&c, 1));
    EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 400 ")) << shown(message);
  }
}

TEST_F(Malformed, ARequestBeforeItIsAnsweredFirst) {
  testing::HttpClient client = connect();
  client.send(
      "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 200);
  EXPECT_EQ(client.read_answer().status, 400);
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(handled, 1);
}

TEST_F(Malformed, UnusualButSoundMessagesAreAnswered) {
  for (const string& message :
       {with_target("http://x/"), with_target("HTTP://other:81"), with_target("/?q=\xc3\xbc"),
        with_header("A:b"), with_header("A:"), with_header("A:\t b \t"), with_header("A: \xc3\xbc"),
        with_header("!#$%&'*+-.^_`|~: x"), string("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        string("GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        string("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"), string("GET / HTTP/1.0\r\n\r\n"),
        with_header("Content-Length: 0"), post_with("Content-Length: 5"),
        post_with("content-length:   005"), with_chunks("0\r\n\r\n"),
        with_chunks("5\r\nhello\r\n0\r\n\r\n"),
        with_chunks("005;a=b;c=\"d\"\r\nhello\r\n000\r\nTrailer: x\r\n\r\n"),
        post_with("Transfer-Encoding: Chunked")
                .substr(0, post_with("Transfer-Encoding: Chunked").size() - 5) +
            "1\r\nx\r\n0\r\n\r\n"}) {
    testing::HttpClient client = connect();
    client.send(message);
    EXPECT_EQ(client.read_answer().status, 200) << shown(message);
  }
}

TEST_F(Malformed, ATrailerIsNeverTakenForAHeader) {
  post("/admin", [](const Request& request) -> Result<Response> {
    return json(request.header("authorization") ? "yes" : "no");
  });
  testing::HttpClient client = connect();
  client.send(
      "POST /admin HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nAuthorization: "
      "x\r\n\r\n");
  EXPECT_EQ(client.read_answer().body, "no");
}

}  // namespace
}  // namespace sextant::http
