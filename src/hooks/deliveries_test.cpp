#include "hooks/deliveries.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "hooks/signature.hpp"
#include "testing/db_fickle.hpp"
#include "testing/hooks_courier.hpp"

namespace sextant::hooks {
namespace {

using testing::answer;
using ::testing::HasSubstr;
using testing::HttpReceiver;
using testing::numbers_of;
using testing::ReceivedRequest;
using ::testing::SizeIs;
using testing::value_of;
using namespace std::chrono_literals;
using Json = nlohmann::json;

class Deliveries : public testing::CourierTest {};

SEXTANT_ON_EVERY_DATABASE(Deliveries);

TEST_P(Deliveries, AreListedNewestFirstPageByPage) {
  const auto created = add("https://example.com/");
  announce_numbers(0, 5);
  const auto reader = value_of(database_->reader());
  std::vector<std::int64_t> seen;
  std::optional<std::int64_t> before;
  for (bool has_more = true; has_more;) {
    const auto page =
        value_of(list_deliveries(*reader, organization, created.endpoint.id, before, 2));
    for (const auto& delivery : page.items) seen.push_back(delivery.id);
    has_more = page.has_more;
    before = page.items.back().id;
  }
  EXPECT_THAT(seen, SizeIs(5));
  EXPECT_TRUE(std::ranges::is_sorted(seen, std::greater<>()));
  EXPECT_EQ(list_deliveries(*reader, 8, created.endpoint.id, {}, 2).error().kind,
            ErrorKind::not_found);
}

TEST_P(Deliveries, AreReplayedInOrderUnderTheSameIds) {
  const HttpReceiver receiver;
  const auto created = add(receiver.url());
  announce_numbers(0, 2);
  clock.advance(1h);
  const Instant since = clock.now();
  announce_numbers(2, 5);
  {
    const auto courier = start();
    ASSERT_TRUE(all_become(created, State::delivered));
  }
  // What was announced while it was off is replayed too.
  const auto switch_on = [&](bool enabled) {
    write([&](db::Connection& connection) {
      return change_endpoint(connection, organization, created.endpoint.id,
                             {.url = {}, .wants = {}, .enabled = enabled, .credential = {}},
                             settings, sealer, clock.now());
    });
  };
  switch_on(false);
  announce_numbers(5, 6);
  switch_on(true);
  clock.advance(1h);
  EXPECT_EQ(value_of(replay(*database_, organization, created.endpoint.id, since, clock.now())), 4);
  const auto courier = start();
  const auto requests = receiver.wait_for(9);
  EXPECT_EQ(numbers_of(requests), (std::vector<int>{0, 1, 2, 3, 4, 2, 3, 4, 5}));
  EXPECT_EQ(requests[5].header("webhook-id"), requests[2].header("webhook-id"));
  EXPECT_EQ(requests[5].body, requests[2].body);
  EXPECT_EQ(replay(*database_, 8, created.endpoint.id, since, clock.now()).error().kind,
            ErrorKind::not_found);
}

TEST_P(Deliveries, AreReplayedAsFarAsTheyAreWanted) {
  const auto created =
      add({.kind = Kind::webhook,
           .url = "https://example.com/",
           .wants = {.events = {}, .texts = {{"repository", {"a/b"}}}, .numbers = {}},
           .credential = {}});
  add("https://example.com/all");
  for (const char* repository : {"A/B", "c/d"})
    announce({.event = "a",
              .data = "{}",
              .texts = {{"repository", repository}},
              .numbers = {},
              .subject = {}});
  EXPECT_EQ(
      value_of(replay(*database_, organization, created.endpoint.id, clock.now(), clock.now())), 1);
}

TEST_P(Deliveries, CanBeTriedAtOnce) {
  const HttpReceiver receiver([](const ReceivedRequest& request) {
    return answer(request.head.find("/bad") == std::string::npos ? 200 : 500, "", "the answer");
  });
  const auto good = add(receiver.url());
  const auto bad = add(receiver.url("/bad"));
  const auto tried = [&](const CreatedEndpoint& created) {
    return value_of(
        try_endpoint(*database_, organization, created.endpoint.id, sealer, settings, clock.now()));
  };
  const Trial success = tried(good);
  EXPECT_EQ(success.status, 200);
  EXPECT_EQ(success.error, "");
  EXPECT_EQ(success.body, "the answer");
  EXPECT_THAT(tried(bad).error, HasSubstr("500"));
  EXPECT_EQ(Json::parse(receiver.requests()[0].body)["event"], "webhook.test");
  EXPECT_NE(receiver.requests()[0].header("webhook-signature"), "");
  EXPECT_EQ(count("hook_messages"), 0);
  EXPECT_EQ(
      try_endpoint(*database_, 8, good.endpoint.id, sealer, settings, clock.now()).error().kind,
      ErrorKind::not_found);
}

TEST_P(Deliveries, TellHowMuchIsWaiting) {
  const auto state = [&] { return value_of(queue_state(*value_of(database_->reader()))); };
  EXPECT_EQ(state().waiting, 0);
  EXPECT_EQ(state().oldest_due_at, std::nullopt);
  add("https://example.com/");
  const Instant first = clock.now();
  announce_numbers(0, 2);
  clock.advance(1h);
  announce_numbers(2, 3);
  EXPECT_EQ(state().waiting, 3);
  EXPECT_EQ(state().oldest_due_at, first);
}

TEST_P(Deliveries, AreForgottenWhenTheirTimeIsUp) {
  const auto created = add("https://example.com/");
  announce_numbers(0, 1200);
  clock.advance(24h * 29);
  announce_numbers(1200, 1203);
  EXPECT_EQ(value_of(purge(*database_, settings, clock.now())), 0);
  clock.advance(24h * 2);
  EXPECT_EQ(value_of(purge(*database_, settings, clock.now())), 2400);
  EXPECT_EQ(count("hook_messages"), 3);
  EXPECT_EQ(log_of(created).size(), 3u);
}

}  // namespace
}  // namespace sextant::hooks
