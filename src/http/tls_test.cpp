#include <unistd.h>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <openssl/ssl.h>

#include "testing/http_server.hpp"

namespace sextant::http {
namespace {

namespace fs = std::filesystem;

class Tls : public testing::HttpServerTest {
 protected:
  void SetUp() override {
    HttpServerTest::SetUp();
    std::string pattern = (fs::temp_directory_path() / "sextant-tls-XXXXXX").string();
    directory = ::mkdtemp(pattern.data());
    settings.tls_certificate = (directory / "certificate.pem").string();
    settings.tls_key = (directory / "key.pem").string();
    const std::string command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "
        "/CN=localhost -keyout " +
        settings.tls_key + " -out " + settings.tls_certificate + " 2>/dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0);
    get("/a",
        [](const Request& r) -> Result<Response> { return json(r.is_tls ? "tls" : "plain"); });
    get(
        "/large",
        [](const Request&) -> Result<Response> { return json(std::string(2'000'000, 'x')); },
        Cost::slow);
  }
  void TearDown() override {
    HttpServerTest::TearDown();
    fs::remove_all(directory);
  }
  // What the openssl program sees of one answer.
  std::string fetch(const std::string& path) {
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    BIO* connection = BIO_new_ssl_connect(context);
    BIO_set_conn_hostname(connection, ("127.0.0.1:" + std::to_string(server->port())).c_str());
    const std::string request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    std::string answer;
    if (BIO_write(connection, request.data(), static_cast<int>(request.size())) > 0) {
      char bytes[16 * 1024];
      for (int count; (count = BIO_read(connection, bytes, sizeof bytes)) > 0;)
        answer.append(bytes, static_cast<std::size_t>(count));
    }
    BIO_free_all(connection);
    SSL_CTX_free(context);
    return answer;
  }

  fs::path directory;
};

TEST_F(Tls, AnswersRequestsAndSaysSo) {
  start();
  EXPECT_TRUE(fetch("/a").ends_with("\r\n\r\ntls"));
  EXPECT_GT(fetch("/large").size(), 2'000'000u);
}

TEST_F(Tls, CutsAHandshakeThatDoesNotComeInTime) {
  settings.header_timeout = std::chrono::milliseconds(80);
  start();
  testing::HttpClient client = connect();
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_FALSE(client.ran_into_timeout());
}

TEST_F(Tls, ClosesOnPlainHttp) {
  start();
  testing::HttpClient client = connect();
  client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read_to_end().find("HTTP/1.1"), std::string::npos);
  EXPECT_FALSE(client.ran_into_timeout());
}

TEST_F(Tls, SaysWhatIsWrongWithItsFiles) {
  const auto refusal = [&](const std::string& certificate, const std::string& key) {
    ServerSettings wrong;
    wrong.listen = "127.0.0.1:0";
    wrong.tls_certificate = certificate;
    wrong.tls_key = key;
    const auto started = Server::start(wrong, router);
    return started ? "started" : started.error().message;
  };
  EXPECT_NE(refusal(settings.tls_certificate, "").find("both"), std::string::npos);
  EXPECT_NE(refusal(settings.tls_key, settings.tls_key).find("as a PEM certificate"),
            std::string::npos);
  EXPECT_NE(refusal(settings.tls_certificate, "/nonexistent").find("as the PEM key"),
            std::string::npos);
}

}  // namespace
}  // namespace sextant::http
