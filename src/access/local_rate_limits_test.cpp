#include "access/local_rate_limits.hpp"

#include <malloc.h>

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "testing/fake_clock.hpp"

namespace sextant::access {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

class RateLimitsTest : public ::testing::Test {
 protected:
  int passes(LocalRateLimits& limits, int requests, std::string_view endpoint = "list",
             std::int64_t organization = 1) {
    int passed = 0;
    for (int i = 0; i < requests; ++i)
      passed += limits.spend(endpoint, organization)->verdict == Verdict::pass;
    return passed;
  }

  testing::FakeClock clock_;
  LocalRateLimits limits_{RateSettings{}, clock_};
};

TEST_F(RateLimitsTest, PassSixtyAMinuteAndNoMore) {
  EXPECT_EQ(passes(limits_, 70), 60);
}

TEST_F(RateLimitsTest, CountAMinuteFromItsFirstRequest) {
  EXPECT_EQ(passes(limits_, 1), 1);
  clock_.advance(milliseconds{59'999});
  EXPECT_EQ(passes(limits_, 70), 59);
  clock_.advance(milliseconds{1});
  EXPECT_EQ(passes(limits_, 70), 60);
  clock_.advance(milliseconds{59'999});
  EXPECT_EQ(passes(limits_, 1), 0);
}

TEST_F(RateLimitsTest, CountADayFromItsFirstRequest) {
  LocalRateLimits limits({.per_minute = 60, .per_day = 100}, clock_);
  EXPECT_EQ(passes(limits, 60), 60);
  clock_.advance(hours{23});
  EXPECT_EQ(passes(limits, 60), 40);
  clock_.advance(milliseconds{3'599'999});
  EXPECT_EQ(passes(limits, 1), 0);
  clock_.advance(milliseconds{1});
  EXPECT_EQ(passes(limits, 61), 60);
}

TEST_F(RateLimitsTest, DoNotCountWhatTheyRefuse) {
  LocalRateLimits limits({.per_minute = 60, .per_day = 100}, clock_);
  EXPECT_EQ(passes(limits, 500), 60);
  clock_.advance(seconds{60});
  EXPECT_EQ(passes(limits, 500), 40);
}

TEST_F(RateLimitsTest, GiveEveryEndpointAndOrganizationItsOwnBudget) {
  EXPECT_EQ(passes(limits_, 61, "list", 1), 60);
  EXPECT_EQ(passes(limits_, 61, "detail", 1), 60);
  EXPECT_EQ(passes(limits_, 61, "list", 2), 60);
  EXPECT_EQ(limits_.buckets(), 3);
}

TEST_F(RateLimitsTest, SayWhatIsLeftAndUntilWhen) {
  auto answer = *limits_.spend("list", 1);
  EXPECT_EQ(answer.minute.limit, 60);
  EXPECT_EQ(answer.minute.remaining, 59);
  EXPECT_EQ(answer.minute.reset_s, 60);
  EXPECT_EQ(answer.day.limit, 10'000);
  EXPECT_EQ(answer.day.remaining, 9'999);
  EXPECT_EQ(answer.day.reset_s, 86'400);
  clock_.advance(milliseconds{1'500});
  answer = *limits_.spend("list", 1);
  EXPECT_EQ(answer.minute.remaining, 58);
  EXPECT_EQ(answer.minute.reset_s, 59);  // 58.5, and whoever waits that long must get through
}

TEST_F(RateLimitsTest, LetThroughWhoeverWaitsAsLongAsTheySay) {
  LocalRateLimits limits({.per_minute = 2, .per_day = 3}, clock_);
  passes(limits, 2);
  clock_.advance(milliseconds{10'400});
  auto answer = *limits.spend("list", 1);
  EXPECT_EQ(answer.verdict, Verdict::refuse);
  EXPECT_EQ(answer.retry_after_s(), 50);
  EXPECT_EQ(answer.retry_after_s(), answer.minute.reset_s);
  clock_.advance(seconds{answer.retry_after_s()});
  EXPECT_EQ(passes(limits, 1), 1);
  answer = *limits.spend("list", 1);
  EXPECT_EQ(answer.retry_after_s(), answer.day.reset_s);
  EXPECT_GT(answer.day.reset_s, answer.minute.reset_s);
  clock_.advance(seconds{answer.retry_after_s()});
  EXPECT_EQ(passes(limits, 1), 1);
}

TEST_F(RateLimitsTest, NeverWaitLongerThanAWindowWhenTheClockIsSetBack) {
  passes(limits_, 60);
  clock_.advance(-hours{5});
  const auto answer = *limits_.spend("list", 1);
  EXPECT_EQ(answer.verdict, Verdict::refuse);
  EXPECT_EQ(answer.minute.reset_s, 60);
  clock_.advance(seconds{60});
  EXPECT_EQ(passes(limits_, 61), 60);
}

TEST_F(RateLimitsTest, AreExactWhenManyAskAtOnce) {
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> passed = 0;
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 4; ++i) threads.emplace_back([&] { passed += passes(limits_, 50); });
    }
    ASSERT_EQ(passed, 60);
    clock_.advance(seconds{60});
  }
}

TEST_F(RateLimitsTest, TurnNewcomersAwayRatherThanForgetALiveWindow) {
  LocalRateLimits limits({.per_minute = 60, .per_day = 100, .buckets_max = 3}, clock_);
  for (std::int64_t organization = 1; organization <= 3; ++organization)
    passes(limits, 60, "list", organization);
  EXPECT_EQ(limits.spend("list", 4)->verdict, Verdict::full);
  for (std::int64_t organization = 1; organization <= 3; ++organization)
    EXPECT_EQ(passes(limits, 1, "list", organization), 0);
  EXPECT_EQ(limits.buckets(), 3);
}

TEST_F(RateLimitsTest, TakeNewcomersAgainWhenOthersHaveEnded) {
  LocalRateLimits limits({.per_minute = 60, .per_day = 100, .buckets_max = 1000}, clock_);
  for (std::int64_t organization = 0; organization < 1000; ++organization)
    passes(limits, 1, "list", organization);
  clock_.advance(hours{24});
  int passed = 0;
  for (std::int64_t organization = 5000; organization < 6000; ++organization)
    passed += passes(limits, 1, "list", organization);
  EXPECT_GE(passed, 900);
  EXPECT_LE(limits.buckets(), 1000);
}

TEST_F(RateLimitsTest, ReclaimWhatHasEndedAsNewcomersCome) {
  for (std::int64_t organization = 0; organization < 20'000; ++organization)
    passes(limits_, 1, "list", organization);
  clock_.advance(hours{24});
  for (std::int64_t organization = 50'000; organization < 70'000; ++organization)
    passes(limits_, 1, "list", organization);
  EXPECT_EQ(limits_.buckets(), 20'000);
}

TEST_F(RateLimitsTest, LoseNoLiveWindowWhileOthersAreReclaimed) {
  LocalRateLimits limits({.per_minute = 1, .per_day = 1}, clock_);
  for (std::int64_t organization = 0; organization < 3000; ++organization)
    passes(limits, 1, "list", organization);
  clock_.advance(hours{12});
  for (std::int64_t organization = 3000; organization < 6000; ++organization)
    passes(limits, 1, "list", organization);
  clock_.advance(hours{12});
  for (std::int64_t organization = 6000; organization < 12'000; ++organization)
    passes(limits, 1, "list", organization);
  for (std::int64_t organization = 3000; organization < 12'000; ++organization)
    ASSERT_EQ(passes(limits, 1, "list", organization), 0) << organization;
  EXPECT_EQ(limits.buckets(), 9000);
}

TEST_F(RateLimitsTest, TakeLessThanTwoHundredBytesForEachOfAMillionOrganizations) {
  const auto allocated = [] { return mallinfo2().uordblks + mallinfo2().hblkhd; };
  const auto before = allocated();
  for (std::int64_t organization = 0; organization < 1'000'000; ++organization)
    limits_.spend("list", organization);
  if (allocated() == before) GTEST_SKIP() << "a sanitizer's allocator does not say";
  const auto bytes = (allocated() - before) / 1'000'000;
  RecordProperty("bytes_per_bucket", static_cast<int>(bytes));
  EXPECT_GT(bytes, 32u);
  EXPECT_LT(bytes, 200u);
}

}  // namespace
}  // namespace sextant::access
