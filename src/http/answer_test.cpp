// ETags, 304, compression and the headers of answers, as a client sees them.
#include <zlib.h>
#include <zstd.h>

#include "http/answer.hpp"
#include "http/conditional.hpp"
#include "testing/http_server.hpp"

namespace sextant::http {
namespace {

using testing::Answer;
using testing::HttpClient;

std::string gunzip(std::string_view packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string text;
  int result = Z_OK;
  while (result == Z_OK) {
    char piece[16 * 1024];
    stream.next_out = reinterpret_cast<Bytef*>(piece);
    stream.avail_out = sizeof piece;
    result = inflate(&stream, Z_NO_FLUSH);
    text.append(piece, sizeof piece - stream.avail_out);
  }
  EXPECT_EQ(result, Z_STREAM_END);
  inflateEnd(&stream);
  return text;
}

std::string unzstd(std::string_view packed) {
  ZSTD_DCtx* context = ZSTD_createDCtx();
  ZSTD_inBuffer input{packed.data(), packed.size(), 0};
  std::string text;
  std::size_t left = 1;
  while (left != 0 && input.pos < input.size) {
    char piece[16 * 1024];
    ZSTD_outBuffer output{piece, sizeof piece, 0};
    left = ZSTD_decompressStream(context, &output, &input);
    EXPECT_FALSE(ZSTD_isError(left));
    text.append(piece, output.pos);
  }
  EXPECT_EQ(left, 0u);
  ZSTD_freeDCtx(context);
  return text;
}

std::string sample_text() {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "line " + std::to_string(i * 7919 % 10007) + "\n";
  return text;
}

class AnswerTest : public testing::HttpServerTest {
 protected:
  void SetUp() override {
    HttpServerTest::SetUp();
    const std::string text = sample_text();
    const auto shared = std::make_shared<const std::string>(text);
    get("/text", [=](const Request&) -> Result<Response> { return json(text); });
    get("/shared", [=](const Request&) -> Result<Response> {
      Response response = json({});
      response.body = shared;
      return response;
    });
    get("/versioned", [=, this](const Request& r) -> Result<Response> {
      if (auto held = not_modified(r, "v1")) return *std::move(held);
      ++made;
      Response response = json(text);
      response.version = "v1";
      return response;
    });
    get("/small", [](const Request&) -> Result<Response> {
      return json(std::string(compressed_from_bytes - 1, 'a'));
    });
    get("/image", [=](const Request&) -> Result<Response> {
      Response response = json(text);
      response.content_type = "image/png";
      return response;
    });
    get("/stream", [=](const Request&) -> Result<Response> {
      Response response;
      response.content_type = "text/csv";
      response.version = "s1";
      auto at = std::make_shared<std::size_t>(0);
      response.body = BodyStream([text, at](std::string& out) -> Result<bool> {
        out += text.substr(*at, 1000);
        *at += 1000;
        return *at < text.size();
      });
      return response;
    });
    start();
  }

  std::atomic<int> made = 0;
};

TEST_F(AnswerTest, PacksTextWhenAskedAndUnpacksToTheSame) {
  HttpClient client = connect();
  for (const char* path : {"/text", "/shared", "/versioned", "/stream"}) {
    const Answer plain = client.get(path);
    EXPECT_EQ(plain.body, sample_text()) << path;
    EXPECT_FALSE(plain.headers.contains("content-encoding"));
    const Answer gzip = client.get(path, "Accept-Encoding: gzip, br\r\n");
    EXPECT_EQ(gzip.headers.at("content-encoding"), "gzip");
    EXPECT_LT(gzip.body.size(), plain.body.size());
    EXPECT_EQ(gunzip(gzip.body), sample_text()) << path;
    const Answer zstd = client.get(path, "Accept-Encoding: gzip, zstd\r\n");
    EXPECT_EQ(zstd.headers.at("content-encoding"), "zstd");
    EXPECT_EQ(unzstd(zstd.body), sample_text()) << path;
    EXPECT_NE(plain.headers.at("etag"), gzip.headers.at("etag"));
    EXPECT_NE(plain.headers.at("etag"), zstd.headers.at("etag"));
    EXPECT_NE(gzip.headers.at("etag"), zstd.headers.at("etag"));
  }
}

TEST_F(AnswerTest, LeavesSmallBodiesAndOtherTypesAsTheyAre) {
  HttpClient client = connect();
  EXPECT_FALSE(
      client.get("/small", "Accept-Encoding: gzip\r\n").headers.contains("content-encoding"));
  EXPECT_FALSE(
      client.get("/image", "Accept-Encoding: gzip\r\n").headers.contains("content-encoding"));
}

TEST_F(AnswerTest, HonoursTheWeightsOfAcceptEncoding) {
  HttpClient client = connect();
  const auto encoding_for = [&](const std::string& accepted) -> std::string {
    const Answer answer = client.get("/text", "Accept-Encoding: " + accepted + "\r\n");
    const auto found = answer.headers.find("content-encoding");
    return found == answer.headers.end() ? "" : found->second;
  };
  EXPECT_EQ(encoding_for("gzip;q=0.9, zstd;q=0.5"), "gzip");
  EXPECT_EQ(encoding_for("GZIP"), "gzip");
  EXPECT_EQ(encoding_for("*"), "zstd");
  EXPECT_EQ(encoding_for("*;q=0.5, zstd;q=0"), "gzip");
  EXPECT_EQ(encoding_for("gzip;q=0"), "");
  EXPECT_EQ(encoding_for("identity, gzip;q=0.5"), "");
  EXPECT_EQ(encoding_for("identity;q=0.5, gzip"), "gzip");
  EXPECT_EQ(encoding_for("br, deflate"), "");
  EXPECT_EQ(encoding_for(""), "");
}

TEST_F(AnswerTest, AnswersHeadOfPackedAndStreamedBodies) {
  HttpClient client = connect();
  for (const char* path : {"/text", "/stream"}) {
    const Answer whole = client.get(path, "Accept-Encoding: gzip\r\n");
    client.send(std::string("HEAD ") + path +
                " HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n");
    Answer head = client.read_answer(true);
    for (const char* name : {"etag", "content-encoding", "content-length", "transfer-encoding"})
      EXPECT_EQ(head.headers[name], Answer(whole).headers[name]) << path << " " << name;
  }
}

TEST_F(AnswerTest, AnswersWhoHoldsTheBodyWith304) {
  HttpClient client = connect();
  for (const char* path : {"/text", "/shared", "/versioned", "/stream"})
    for (const char* accepted : {"", "Accept-Encoding: gzip\r\n", "Accept-Encoding: zstd\r\n"}) {
      const std::string tag = client.get(path, accepted).headers.at("etag");
      for (const std::string& held : {tag, "W/" + tag, "\"other\", " + tag, tag + ",\"other\"",
                                      "\"a,b\" ,W/" + tag, std::string("*")}) {
        const Answer answer = client.get(path, accepted + ("If-None-Match: " + held + "\r\n"));
        EXPECT_EQ(answer.status, 304) << path << " " << held;
        EXPECT_EQ(answer.headers.at("etag"), tag);
        EXPECT_EQ(answer.headers.at("cache-control"), "private, no-cache");
        EXPECT_TRUE(answer.headers.contains("vary"));
        EXPECT_TRUE(answer.headers.contains("x-request-id"));
        EXPECT_FALSE(answer.headers.contains("content-length"));
        EXPECT_FALSE(answer.headers.contains("transfer-encoding"));
      }
      for (const std::string& held :
           {std::string("\"other\""), tag.substr(1, tag.size() - 2), tag + "x", std::string()})
        EXPECT_EQ(client.get(path, accepted + ("If-None-Match: " + held + "\r\n")).status, 200)
            << held;
    }
}

TEST_F(AnswerTest, ATagOfAnotherEncodingIsNotHeld) {
  HttpClient client = connect();
  for (const char* path : {"/text", "/versioned", "/stream"}) {
    const std::string tag = client.get(path, "Accept-Encoding: gzip\r\n").headers.at("etag");
    EXPECT_EQ(client.get(path, "If-None-Match: " + tag + "\r\n").status, 200) << path;
  }
}

TEST_F(AnswerTest, DoesNoWorkForWhoHoldsTheVersion) {
  HttpClient client = connect();
  const std::string tag = client.get("/versioned").headers.at("etag");
  EXPECT_EQ(made, 1);
  EXPECT_EQ(client.get("/versioned", "If-None-Match: " + tag + "\r\n").status, 304);
  EXPECT_EQ(made, 1);
}

TEST_F(AnswerTest, TagsOnlyWhatIsAGoodAnswerToAReader) {
  router = Router();
  Response tagless = json("{}");
  tagless.has_etag = false;
  get("/metrics", [=](const Request&) -> Result<Response> { return tagless; });
  get("/missing", [](const Request&) -> Result<Response> {
    return fail(ErrorKind::not_found, "no such thing");
  });
  get("/empty", [](const Request&) -> Result<Response> { return no_content(); });
  post("/post", [](const Request&) -> Result<Response> { return json("{}"); });
  HttpClient client = connect();
  EXPECT_FALSE(client.get("/metrics", "If-None-Match: *\r\n").headers.contains("etag"));
  const Answer missing = client.get("/missing", "If-None-Match: *\r\n");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.body, R"({"statusCode":404,"error":"not_found","message":"no such thing"})");
  EXPECT_FALSE(missing.headers.contains("etag"));
  const Answer empty = client.get("/empty");
  EXPECT_EQ(empty.status, 204);
  EXPECT_FALSE(empty.headers.contains("content-length"));
  EXPECT_FALSE(empty.headers.contains("content-type"));
  client.send("POST /post HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\nContent-Length: 0\r\n\r\n");
  const Answer posted = client.read_answer();
  EXPECT_EQ(posted.status, 200);
  EXPECT_FALSE(posted.headers.contains("etag"));
}

TEST_F(AnswerTest, KeepsTheCachingHeadersThatAHandlerSets) {
  router = Router();
  get("/asset", [](const Request&) -> Result<Response> {
    Response response = json("{}");
    response.headers.emplace_back("cache-control", "public, max-age=60");
    return response;
  });
  const Answer answer = connect().get("/asset");
  EXPECT_EQ(answer.headers.at("cache-control"), "public, max-age=60");
  EXPECT_EQ(answer.headers.at("vary"), "Accept-Encoding");
}

TEST(SharedBodies, AreForgottenWhenTheirBodyIsGone) {
  SharedBodies bodies;
  for (int i = 0; i < 200; ++i) {
    // Bodies at an address that an earlier one had must not get its tag.
    const auto body = std::make_shared<const std::string>(std::to_string(i));
    EXPECT_EQ(bodies.find(body, Encoding::identity, true).tag,
              entity_tag(*body, Encoding::identity));
  }
}

TEST(HttpDate, IsWrittenAsTheStandardSays) {
  EXPECT_EQ(http_date(from_unix_ms(784'111'777'000)), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace sextant::http
