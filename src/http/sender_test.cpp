#include "http/sender.hpp"

#include <stdlib.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/http_inside_urls.hpp"
#include "testing/http_receiver.hpp"

namespace sextant::http {
namespace {

using testing::answer;
using ::testing::HasSubstr;
using testing::HttpReceiver;
using testing::RawAnswer;
using testing::ReceivedRequest;
using namespace std::chrono_literals;

const Reach everywhere{.allow_private = true, .allow_insecure = true};
const Reach outside{.allow_private = false, .allow_insecure = true};

Reply post(const std::string& url, const SenderSettings& settings, std::string body = "{}") {
  return send_alone(settings, {.url = url, .body = std::move(body), .headers = {"X-One: 1"}});
}

TEST(Sender, PostsTheBodyAsItIsAndReadsTheAnswer) {
  const HttpReceiver receiver([](const ReceivedRequest&) { return answer(201, "", "thanks"); });
  const Reply reply = post(receiver.url("/a?b=c"), {.reach = everywhere, .user_agent = "Sextant/1"},
                           "{\"a\": \"\xc3\xa9\"}");
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.body, "thanks");
  EXPECT_TRUE(reply.is_success());
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_THAT(requests[0].head, HasSubstr("POST /a?b=c HTTP/1.1\r\n"));
  EXPECT_EQ(requests[0].header("User-Agent"), "Sextant/1");
  EXPECT_EQ(requests[0].header("X-One"), "1");
  EXPECT_EQ(requests[0].header("Expect"), "");
  EXPECT_EQ(requests[0].body, "{\"a\": \"\xc3\xa9\"}");
}

TEST(Sender, ConnectsToNoInternalAddressHoweverItIsSpelled) {
  const HttpReceiver receiver;
  const auto urls = testing::inside_urls(receiver.port());
  ASSERT_GE(urls.size(), 60u);
  for (const std::string& url : urls) {
    const Reply reply = post(url, {.timeout = 300ms, .reach = outside});
    EXPECT_EQ(reply.status, 0) << url;
    EXPECT_NE(reply.error, "") << url;
  }
  EXPECT_EQ(receiver.connections(), 0);
  // The receiver is there: only the reach differs.
  EXPECT_EQ(post(receiver.url(), {.reach = everywhere}).status, 200);
}

TEST(Sender, RefusesANameThatTurnsOutToBeInside) {
  const HttpReceiver receiver;
  const std::string port = std::to_string(receiver.port());
  for (const char* address : {"127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254"}) {
    const Reply reply = post("http://rebound.example.com:" + port + "/",
                             {.timeout = 2s,
                              .reach = outside,
                              .resolve = {"rebound.example.com:" + port + ":" + address}});
    EXPECT_EQ(reply.status, 0);
    EXPECT_TRUE(reply.was_refused) << address << ": " << reply.error;
    EXPECT_THAT(reply.error, HasSubstr("internal network"));
  }
  EXPECT_EQ(receiver.connections(), 0);
  const Reply reply =
      post("http://rebound.example.com:" + port + "/",
           {.reach = everywhere, .resolve = {"rebound.example.com:" + port + ":127.0.0.1"}});
  EXPECT_EQ(reply.status, 200);
}

TEST(Sender, KnowsWhetherAnythingWasSent) {
  std::string url;
  {
    const HttpReceiver receiver([](const ReceivedRequest&) { return RawAnswer{}; });
    EXPECT_TRUE(post(receiver.url(), {.timeout = 100ms, .reach = everywhere}).was_sent);
    url = receiver.url();
  }
  EXPECT_FALSE(post(url, {.reach = everywhere}).was_sent);
}

TEST(Sender, FollowsNoRedirect) {
  const HttpReceiver inside;
  for (const int status : {301, 302, 303, 307, 308}) {
    const HttpReceiver receiver([&](const ReceivedRequest&) {
      return answer(status, "Location: " + inside.url() + "\r\n");
    });
    const Reply reply = post(receiver.url(), {.reach = everywhere});
    EXPECT_EQ(reply.status, status);
    EXPECT_FALSE(reply.is_success());
  }
  EXPECT_EQ(inside.connections(), 0);
}

TEST(Sender, TakesNoProxyFromTheEnvironment) {
  const HttpReceiver proxy;
  const HttpReceiver receiver;
  ::setenv("http_proxy", proxy.url("").c_str(), 1);
  ::setenv("ALL_PROXY", proxy.url("").c_str(), 1);
  const Reply reply = post(receiver.url(), {.reach = everywhere});
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(proxy.connections(), 0);
}

TEST(Sender, SpeaksPlainHttpOnlyWhereAllowed) {
  const HttpReceiver receiver;
  const Reply reply =
      post(receiver.url(), {.reach = {.allow_private = true, .allow_insecure = false}});
  EXPECT_EQ(reply.status, 0);
  EXPECT_EQ(receiver.connections(), 0);
}

TEST(Sender, ReadsAnEndlessBodyTo64KiB) {
  const HttpReceiver receiver([](const ReceivedRequest&) {
    return RawAnswer{.bytes = "HTTP/1.1 200 OK\r\n\r\n", .repeated = std::string(1000, 'x')};
  });
  const Reply reply = post(receiver.url(), {.reach = everywhere});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body.size(), 64u * 1024);
  EXPECT_TRUE(reply.is_success());
}

TEST(Sender, GivesUpOnEndlessHeaders) {
  const HttpReceiver receiver([](const ReceivedRequest&) {
    return RawAnswer{.bytes = "HTTP/1.1 200 OK\r\n", .repeated = "X-More: and more\r\n"};
  });
  const Reply reply = post(receiver.url(), {.reach = everywhere});
  EXPECT_FALSE(reply.is_success());
  EXPECT_THAT(reply.error, HasSubstr("64 KiB"));
}

TEST(Sender, GivesUpOnWhoeverSaysNothingOrCloses) {
  const HttpReceiver silent([](const ReceivedRequest&) { return RawAnswer{}; });
  const Reply waited = post(silent.url(), {.timeout = 100ms, .reach = everywhere});
  EXPECT_EQ(waited.status, 0);
  EXPECT_THAT(waited.error, HasSubstr("within 100 ms"));

  const HttpReceiver rude([](const ReceivedRequest&) { return RawAnswer{.closes = true}; });
  EXPECT_NE(post(rude.url(), {.reach = everywhere}).error, "");
  const HttpReceiver odd([](const ReceivedRequest&) {
    return RawAnswer{.bytes = "SSH-2.0-OpenSSH\r\n", .closes = true};
  });
  EXPECT_FALSE(post(odd.url(), {.reach = everywhere}).is_success());
  EXPECT_NE(post("http://127.0.0.1:1/", {.reach = everywhere}).error, "");
}

TEST(Sender, TellsRetryAfterAndTheStatus) {
  const HttpReceiver receiver(
      [](const ReceivedRequest&) { return answer(429, "retry-after:  120 \r\n"); });
  const Reply reply = post(receiver.url(), {.reach = everywhere});
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.retry_after, "120");
}

TEST(Sender, KeepsConnectionsForTheNextRequest) {
  const HttpReceiver receiver;
  Sender sender({.reach = everywhere});
  int answered = 0;
  for (int request = 1; request <= 50; ++request) {
    sender.send({.url = receiver.url(), .body = "{}", .headers = {}}, [&](Reply reply) {
      answered += reply.is_success() ? 1 : 0;
      sender.wake();
    });
    while (sender.under_way() > 0) sender.run_for(1s);
  }
  EXPECT_EQ(answered, 50);
  EXPECT_EQ(receiver.connections(), 1);
}

TEST(Sender, HasManyUnderWayOnOneThread) {
  const HttpReceiver receiver;
  const HttpReceiver silent([](const ReceivedRequest&) { return RawAnswer{}; });
  Sender sender({.timeout = 20s, .reach = everywhere});
  for (int i = 0; i < 20; ++i)
    sender.send({.url = silent.url(), .body = "{}", .headers = {}}, [](Reply) { FAIL(); });
  int answered = 0;
  for (int i = 0; i < 200; ++i)
    sender.send({.url = receiver.url(), .body = "{}", .headers = {}}, [&](Reply reply) {
      EXPECT_EQ(reply.status, 200);
      if (++answered == 200) sender.wake();
    });
  while (answered < 200) sender.run_for(1s);
  EXPECT_EQ(sender.under_way(), 20u);
}

}  // namespace
}  // namespace sextant::http
