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

using testing::answer;
using ::testing::HasSubstr;
using testing::HttpReceiver;
using testing::numbers_of;
using testing::patience;
using testing::RawAnswer;
using testing::ReceivedRequest;
using ::testing::SizeIs;
using testing::up_to;
using testing::value_of;
using namespace std::chrono_literals;
using Json = nlohmann::json;

class CouriersInTrouble : public testing::CourierTest {};

SEXTANT_ON_EVERY_DATABASE(CouriersInTrouble);

TEST_P(CouriersInTrouble, TryAgainWithTheSameBytesAndIdUntilTheScheduleEnds) {
  const HttpReceiver receiver([](const ReceivedRequest&) { return answer(500); });
  const auto created = add(receiver.url());
  announce_numbers(0, 1);
  const auto courier = start();
  for (std::size_t failed = 1; failed <= settings.waits.size(); ++failed) {
    ASSERT_TRUE(only_one_becomes(created, State::again, static_cast<int>(failed)));
    const auto due = log_of(created)[0].next_attempt_at;
    ASSERT_NE(due, std::nullopt);
    const auto wait = settings.waits[failed - 1];
    EXPECT_GE(*due, clock.now() + wait);
    EXPECT_LE(*due, clock.now() + wait * 6 / 5);
    clock.advance(*due - clock.now());
  }
  ASSERT_TRUE(only_one_becomes(created, State::failed, 8));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 8u);
  for (const auto& request : requests) {
    EXPECT_EQ(request.body, requests[0].body);
    EXPECT_EQ(request.header("webhook-id"), requests[0].header("webhook-id"));
  }
  EXPECT_GT(requests[7].header("webhook-timestamp"), requests[0].header("webhook-timestamp"));
  const Delivery last = log_of(created)[0];
  EXPECT_EQ(last.status, 500);
  EXPECT_EQ(last.error, "the receiver answered 500");
  const Json tries = Json::parse(last.tries);
  ASSERT_EQ(tries.size(), 8u);
  EXPECT_EQ(tries[0]["status"], 500);
  EXPECT_EQ(tries[0]["error"], "the receiver answered 500");
  EXPECT_TRUE(find(created).enabled);
}

TEST_P(CouriersInTrouble, CountOnly2xxAsSuccess) {
  const HttpReceiver elsewhere;
  for (const int status : {199 + 1, 204, 299, 300, 302, 304, 400, 404, 500}) {
    const HttpReceiver receiver([&](const ReceivedRequest&) {
      return answer(status, "Location: " + elsewhere.url() + "\r\n");
    });
    const auto created = add(receiver.url());
    announce_numbers(0, 1);
    const auto courier = start();
    EXPECT_TRUE(only_one_becomes(created, status < 300 ? State::delivered : State::again, 1))
        << status;
    ASSERT_TRUE(courier->stop(patience));
    value_of(database_->write([&](db::Connection& connection) {
      return remove_endpoint(connection, organization, created.endpoint.id);
    }));
  }
  EXPECT_EQ(elsewhere.connections(), 0);
}

TEST_P(CouriersInTrouble, WaitAsLongAsTheyAreAskedTo) {
  std::atomic<int> status = 429;
  const HttpReceiver receiver([&](const ReceivedRequest&) {
    return answer(status, status == 429 ? "Retry-After: 3600\r\n" : "");
  });
  const auto created = add(receiver.url());
  announce_numbers(0, 3);
  const auto courier = start();
  const auto is_put_off = [&] {
    const auto log = log_of(created);
    return log[2].state == State::again && log[2].next_attempt_at >= clock.now() + 1h;
  };
  ASSERT_TRUE(comes_true(is_put_off));
  status = 200;
  clock.advance(59min);
  EXPECT_EQ(numbers_of(receiver.requests()), (std::vector<int>{0}));
  clock.advance(1min + 10s);
  ASSERT_TRUE(all_become(created, State::delivered));
  EXPECT_THAT(receiver.requests(), SizeIs(4));
}

TEST_P(CouriersInTrouble, DisableAnEndpointThatIsGone) {
  const HttpReceiver receiver([](const ReceivedRequest&) { return answer(410); });
  const auto created = add(receiver.url());
  announce_numbers(0, 3);
  const auto courier = start();
  ASSERT_TRUE(comes_true([&] { return !find(created).enabled; }));
  ASSERT_TRUE(courier->stop(patience));
  const Endpoint found = find(created);
  EXPECT_EQ(found.disabled_at, clock.now());
  EXPECT_THAT(found.disabled_reason, HasSubstr("410"));
  EXPECT_EQ(log_of(created)[2].state, State::failed);
  EXPECT_EQ(log_of(created)[0].state, State::fresh);
  EXPECT_THAT(receiver.requests(), SizeIs(1));
  announce_numbers(3, 4);
  EXPECT_EQ(log_of(created).size(), 3u);
}

TEST_P(CouriersInTrouble, DisableAnEndpointAfterFiveDaysOfFailures) {
  const HttpReceiver receiver([](const ReceivedRequest&) { return answer(503); });
  const auto created = add(receiver.url());
  const auto courier = start();
  for (int day = 0; day <= 5; ++day) {
    EXPECT_TRUE(find(created).enabled);
    announce_numbers(day, day + 1);
    ASSERT_TRUE(comes_true([&] { return log_of(created)[0].state == State::again; }));
    if (day < 5) clock.advance(24h);
  }
  ASSERT_TRUE(comes_true([&] { return !find(created).enabled; }));
  EXPECT_THAT(find(created).disabled_reason, HasSubstr("nothing but failures since"));
}

TEST_P(CouriersInTrouble, ForgetFailuresAfterASuccess) {
  std::atomic<int> status = 500;
  const HttpReceiver receiver([&](const ReceivedRequest&) { return answer(status); });
  const auto created = add(receiver.url());
  const auto courier = start();
  for (int day = 0; day <= 12; ++day) {
    status = day == 4 || day == 8 ? 200 : 500;
    announce_numbers(day, day + 1);
    ASSERT_TRUE(comes_true([&] { return log_of(created)[0].attempts > 0; })) << day;
    clock.advance(24h);
  }
  EXPECT_TRUE(find(created).enabled);
}

TEST_P(CouriersInTrouble, GiveUpWaitingAfterTheTimeout) {
  settings.timeout = 100ms;
  const HttpReceiver receiver([](const ReceivedRequest&) { return RawAnswer{}; });
  const auto created = add(receiver.url());
  announce_numbers(0, 1);
  const auto courier = start();
  ASSERT_TRUE(only_one_becomes(created, State::again, 1));
  EXPECT_THAT(log_of(created)[0].error, HasSubstr("within 100 ms"));
  EXPECT_EQ(log_of(created)[0].status, std::nullopt);
}

TEST_P(CouriersInTrouble, SendAgainWhatADeadNodeHadTaken) {
  const HttpReceiver receiver;
  const auto created = add(receiver.url());
  announce_numbers(0, 5);
  testing::FickleDatabase fickle(*database_);
  {
    // It sends, and dies before it has stored that.
    const auto dying = start(fickle);
    receiver.wait_for(1);
    fickle.lose_writes();
    fickle.wait_for_refusals(1);
    EXPECT_FALSE(dying->stop(0ms));
  }
  const auto had = receiver.requests().size();
  EXPECT_GE(had, 1u);
  const auto courier = start();
  announce({.event = "b", .data = "{}", .texts = {}, .numbers = {}, .subject = {}}, 8);
  clock.advance(settings.lease - 1s);
  EXPECT_EQ(log_of(created).back().state, State::fresh);
  EXPECT_EQ(receiver.requests().size(), had);
  clock.advance(2s);
  ASSERT_TRUE(all_become(created, State::delivered));
  // All of them at least once, in order.
  auto numbers = numbers_of(receiver.requests());
  numbers.erase(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(had));
  ASSERT_FALSE(numbers.empty());
  for (std::size_t at = 0; at < numbers.size(); ++at)
    EXPECT_EQ(numbers[at], numbers[0] + static_cast<int>(at));
  EXPECT_EQ(numbers.back(), 4);
}

TEST_P(CouriersInTrouble, SurviveAStoreThatGoesAway) {
  const HttpReceiver receiver;
  const auto created = add(receiver.url());
  testing::FickleDatabase fickle(*database_);
  const auto courier = start(fickle);
  fickle.leave();
  fickle.wait_for_refusals(2);
  announce_numbers(0, 3);
  fickle.come_back();
  EXPECT_EQ(numbers_of(receiver.wait_for(3)), up_to(3));
  EXPECT_TRUE(all_become(created, State::delivered));
  EXPECT_TRUE(courier->stop(patience));
}

TEST_P(CouriersInTrouble, LeaveWhatTheyDidNotSendToOthersWhenTheyStop) {
  const HttpReceiver silent([](const ReceivedRequest&) { return RawAnswer{}; });
  settings.timeout = 10min;
  const auto created = add(silent.url());
  announce_numbers(0, 3);
  const auto first = start();
  silent.wait_for(1);
  first->stop(0ms);
  const HttpReceiver receiver;
  write([&](db::Connection& connection) {
    return change_endpoint(connection, organization, created.endpoint.id,
                           {.url = receiver.url(), .wants = {}, .enabled = {}, .credential = {}},
                           settings, sealer, clock.now());
  });
  // Its lease is given back: nobody waits for its end.
  const auto second = start();
  EXPECT_EQ(numbers_of(receiver.wait_for(3)), up_to(3));
}

TEST_P(CouriersInTrouble, SetAnEndpointAsideWhoseSecretCannotBeRead) {
  const HttpReceiver receiver;
  const auto lost = add(receiver.url("/lost"));
  value_of(database_->write([](db::Connection& connection) -> Result<void> {
    TRY(connection.execute(db::Query("UPDATE hook_endpoints SET secret = {}", db::Blob{"x"})));
    return {};
  }));
  const auto fine = add(receiver.url("/fine"));
  announce_numbers(0, 2);
  const auto courier = start();
  EXPECT_TRUE(all_become(fine, State::delivered));
  EXPECT_EQ(log_of(lost)[0].state, State::fresh);
}

}  // namespace
}  // namespace sextant::hooks
