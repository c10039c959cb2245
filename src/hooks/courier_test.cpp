#include "hooks/courier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "hooks/signature.hpp"
#include "testing/db_fickle.hpp"
#include "testing/hooks_courier.hpp"

namespace sextant::hooks {
namespace {

using ::testing::HasSubstr;
using testing::HttpReceiver;
using testing::numbers_of;
using testing::patience;
using testing::RawAnswer;
using testing::ReceivedRequest;
using ::testing::SizeIs;
using testing::up_to;
using namespace std::chrono_literals;
using Json = nlohmann::json;

class Couriers : public testing::CourierTest {};

SEXTANT_ON_EVERY_DATABASE(Couriers);

TEST_P(Couriers, DeliverWhatIsAnnouncedSignedAndOnce) {
  const HttpReceiver receiver;
  const auto created = add(receiver.url());
  announce_numbers(0, 1);
  const auto courier = start();
  ASSERT_TRUE(all_become(created, State::delivered));
  ASSERT_TRUE(courier->stop(patience));

  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 1u);
  const ReceivedRequest& request = requests[0];
  EXPECT_EQ(request.body, R"({"event":"thing.made","timestamp":")" + to_iso(clock.now()) +
                              R"(","type":"thing.made","data":{"number":0}})");
  EXPECT_EQ(request.header("Content-Type"), "application/json");
  EXPECT_EQ(request.header("User-Agent"), "Sextant");
  const std::string id = request.header("webhook-id");
  const Instant at = from_unix_ms(*parse_integer(request.header("webhook-timestamp")) * 1000);
  EXPECT_LE(at, clock.now() + 5s);
  EXPECT_GE(at, clock.now() - 1s);
  const auto signatures = signature_headers(created.secret, Secret(), id, at, request.body);
  EXPECT_EQ("X-GitLeads-Signature: " + request.header("X-GitLeads-Signature"), signatures[0]);
  EXPECT_EQ("webhook-signature: " + request.header("webhook-signature"), signatures[3]);

  const auto log = log_of(created);
  ASSERT_EQ(log.size(), 1u);
  EXPECT_EQ(log[0].message_id, id);
  EXPECT_EQ(log[0].event, "thing.made");
  EXPECT_EQ(log[0].attempts, 1);
  EXPECT_EQ(log[0].status, 200);
  EXPECT_EQ(log[0].error, "");
  EXPECT_NE(log[0].delivered_at, std::nullopt);
  EXPECT_EQ(log[0].next_attempt_at, std::nullopt);
  EXPECT_EQ(courier->counts().delivered, 1);
}

TEST_P(Couriers, KeepTheOrderOfFirstAttempts) {
  const HttpReceiver receiver;
  const auto created = add(receiver.url());
  announce_numbers(0, 200);
  clock.advance(1ms);
  announce_numbers(200, 1500);
  const auto courier = start();
  EXPECT_EQ(numbers_of(receiver.wait_for(1500)), up_to(1500));
  ASSERT_TRUE(all_become(created, State::delivered));
  EXPECT_EQ(receiver.connections(), 1);
  EXPECT_THAT(receiver.requests(), SizeIs(1500));
}

TEST_P(Couriers, SendWhatIsAnnouncedWhileTheyRun) {
  const HttpReceiver receiver;
  const auto created = add(receiver.url());
  settings.poll = 1h;
  const auto courier = start();
  for (int number = 0; number < 20; ++number) {
    announce_numbers(number, number + 1);
    courier->wake();
    EXPECT_THAT(receiver.wait_for(static_cast<std::size_t>(number + 1)), SizeIs(number + 1));
  }
  EXPECT_EQ(numbers_of(receiver.requests()), up_to(20));
}

TEST_P(Couriers, LetNoSilentEndpointDelayAnother) {
  const HttpReceiver silent([](const ReceivedRequest&) { return RawAnswer{}; });
  const HttpReceiver receiver;
  settings.timeout = 10min;
  settings.connections = 8;
  std::vector<CreatedEndpoint> dead;
  for (int i = 0; i < 4; ++i) dead.push_back(add(silent.url()));
  const auto alive = add(receiver.url());
  announce_numbers(0, 300);
  const auto courier = start();
  EXPECT_EQ(numbers_of(receiver.wait_for(300)), up_to(300));
  ASSERT_TRUE(all_become(alive, State::delivered));
  for (const auto& created : dead) EXPECT_EQ(log_of(created)[0].state, State::fresh);
}

TEST_P(Couriers, SignWithBothSecretsWhileARotationLasts) {
  const HttpReceiver receiver;
  const auto created = add(receiver.url());
  const Secret secret = write([&](db::Connection& connection) {
    return rotate_secret(connection, organization, created.endpoint.id, settings, sealer,
                         clock.now());
  });
  announce_numbers(0, 1);
  const auto courier = start();
  ASSERT_TRUE(all_become(created, State::delivered));
  clock.advance(24h);
  announce_numbers(1, 2);
  ASSERT_TRUE(all_become(created, State::delivered));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 2u);
  const auto check = [&](const ReceivedRequest& request, const Secret& previous) {
    const Instant at = from_unix_ms(*parse_integer(request.header("webhook-timestamp")) * 1000);
    const auto expected =
        signature_headers(secret, previous, request.header("webhook-id"), at, request.body);
    EXPECT_EQ("webhook-signature: " + request.header("webhook-signature"), expected[3]);
    EXPECT_EQ("X-GitLeads-Signature: " + request.header("X-GitLeads-Signature"), expected[0]);
  };
  check(requests[0], created.secret);
  check(requests[1], Secret());
}

TEST_P(Couriers, DoNotSendWhatIsErased) {
  const HttpReceiver receiver;
  const auto created = add(receiver.url());
  announce({.event = "a", .data = "{}", .texts = {}, .numbers = {}, .subject = "github/1"});
  EXPECT_EQ(write([&](db::Connection& connection) {
              return erase_subject(connection, organization, "github/1");
            }),
            1);
  const auto courier = start();
  ASSERT_TRUE(all_become(created, State::erased));
  EXPECT_EQ(receiver.connections(), 0);
}

TEST_P(Couriers, SkipWhatADestinationHasNoUseFor) {
  const HttpReceiver receiver;
  const auto created = add(
      {.kind = Kind::hubspot, .url = receiver.url(), .wants = {}, .credential = Secret("pat-1")});
  announce({.event = "lead.created",
            .data = R"({"name":"Jane"})",
            .texts = {},
            .numbers = {},
            .subject = {}});
  announce({.event = "lead.created",
            .data = R"({"email":"jane@example.com"})",
            .texts = {},
            .numbers = {},
            .subject = {}});
  const auto courier = start();
  const auto requests = receiver.wait_for(1);
  ASSERT_TRUE(comes_true([&] { return log_of(created)[0].state == State::delivered; }));
  EXPECT_EQ(requests[0].header("Authorization"), "Bearer pat-1");
  EXPECT_EQ(log_of(created)[1].state, State::skipped);
  EXPECT_EQ(log_of(created)[1].attempts, 0);
  EXPECT_THAT(log_of(created)[1].error, HasSubstr("e-mail"));
}

TEST_P(Couriers, ConnectToNoInternalAddressAndSayWhy) {
  const HttpReceiver receiver;
  const std::string port = std::to_string(receiver.port());
  const auto literal = add(receiver.url());
  const auto rebound = add("http://rebound.example.com:" + port + "/");
  settings.reach.allow_private = false;
  settings.resolve = {"rebound.example.com:" + port + ":127.0.0.1"};
  announce_numbers(0, 1);
  const auto courier = start();
  for (const auto& created : {literal, rebound}) {
    ASSERT_TRUE(only_one_becomes(created, State::again, 1));
    EXPECT_THAT(log_of(created)[0].error, HasSubstr("internal network"));
  }
  EXPECT_EQ(receiver.connections(), 0);
  EXPECT_EQ(courier->counts().refused, 2);
}

TEST_P(Couriers, ShareEndpointsWithoutSendingTwice) {
  const HttpReceiver receiver;
  std::vector<CreatedEndpoint> endpoints;
  for (int i = 0; i < 10; ++i) endpoints.push_back(add(receiver.url("/" + std::to_string(i))));
  announce_numbers(0, 50);
  const auto one = start();
  const auto other = start();
  for (const auto& created : endpoints) ASSERT_TRUE(all_become(created, State::delivered));
  std::set<std::string> seen;
  for (const auto& request : receiver.requests())
    EXPECT_TRUE(
        seen.insert(request.header("webhook-id") + request.head.substr(0, request.head.find('\r')))
            .second);
  EXPECT_EQ(seen.size(), 500u);
}

}  // namespace
}  // namespace sextant::hooks
