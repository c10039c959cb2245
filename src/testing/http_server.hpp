// A real server on a free loopback port, for tests.
#pragma once

#include <gtest/gtest.h>

#include "base/log.hpp"
#include "http/server.hpp"
#include "testing/http_client.hpp"

namespace sextant::testing {

class HttpServerTest : public ::testing::Test {
 protected:
  void SetUp() override { log::set_level(log::Level::off); }
  void TearDown() override {
    server.reset();
    log::set_level(log::Level::info);
  }

  void get(std::string pattern, http::Handler handler, http::Cost cost = http::Cost::quick) {
    router.add({http::Method::get, std::move(pattern), std::move(handler), cost});
  }
  void post(std::string pattern, http::Handler handler, http::Cost cost = http::Cost::quick) {
    router.add({http::Method::post, std::move(pattern), std::move(handler), cost});
  }
  void start(std::function<void(const http::Served&)> on_served = {}) {
    settings.listen = "127.0.0.1:0";
    auto started = http::Server::start(settings, router, std::move(on_served));
    ASSERT_TRUE(started) << started.error().message;
    server = *std::move(started);
  }
  HttpClient connect(int receive_buffer_bytes = 0) {
    return HttpClient(server->port(), receive_buffer_bytes);
  }

  http::ServerSettings settings;
  http::Router router;
  std::unique_ptr<http::Server> server;
};

}  // namespace sextant::testing
