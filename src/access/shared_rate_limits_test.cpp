#include "access/shared_rate_limits.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "testing/db_every_database.hpp"

namespace sextant::access {
namespace {

using testing::value_of;

class SharedRateLimitsTest : public ::testing::Test {
 protected:
  // As if everything had happened so much earlier.
  void let_pass(std::int64_t ms) {
    value_of(database_->change(
        db::Query("UPDATE rate_windows SET minute_begin = minute_begin - {}, day_begin = day_begin "
                  "- {}",
                  ms, ms),
        [](const db::Row&) {}));
  }
  int passes(SharedRateLimits& limits, int requests, std::string_view endpoint = "list",
             std::int64_t organization = 1) {
    int passed = 0;
    for (int i = 0; i < requests; ++i)
      passed += value_of(limits.spend(endpoint, organization)).verdict == Verdict::pass;
    return passed;
  }
  std::int64_t rows() {
    std::int64_t count = 0;
    value_of(database_->change(db::Query("SELECT COUNT(*) FROM rate_windows"),
                               [&](const db::Row& row) { count = row.integer(0); }));
    return count;
  }

  testing::AnyDatabase database_{db::Dialect::postgresql};
};

TEST_F(SharedRateLimitsTest, AreExactOverNodesThatAskAtOnce) {
  constexpr int nodes = 4;
  constexpr int requests = 25;
  std::atomic<int> passed = 0;
  std::vector<std::jthread> threads;
  for (int node = 0; node < nodes; ++node)
    threads.emplace_back([&] {
      const auto own = database_.open_again();
      SharedRateLimits limits({}, *own);
      passed += passes(limits, requests);
    });
  threads.clear();
  EXPECT_EQ(passed, 60);
}

TEST_F(SharedRateLimitsTest, CountAMinuteFromItsFirstRequest) {
  SharedRateLimits limits({}, *database_);
  EXPECT_EQ(passes(limits, 61), 60);
  let_pass(minute_ms / 2);
  const RateAnswer refused = value_of(limits.spend("list", 1));
  EXPECT_EQ(refused.verdict, Verdict::refuse);
  EXPECT_EQ(refused.minute.remaining, 0);
  EXPECT_NEAR(static_cast<double>(refused.retry_after_s()), 30, 15);
  let_pass(minute_ms / 2);
  EXPECT_EQ(passes(limits, 61), 60);
}

TEST_F(SharedRateLimitsTest, CountNothingThatTheyRefuse) {
  SharedRateLimits limits({.per_minute = 60, .per_day = 100}, *database_);
  EXPECT_EQ(passes(limits, 80), 60);
  let_pass(minute_ms);
  EXPECT_EQ(passes(limits, 80), 40);
  const RateAnswer refused = value_of(limits.spend("list", 1));
  EXPECT_EQ(refused.day.remaining, 0);
  EXPECT_EQ(refused.minute.remaining, 20);
  EXPECT_GT(refused.retry_after_s(), 80'000);
  let_pass(day_ms);
  EXPECT_EQ(passes(limits, 61), 60);
}

TEST_F(SharedRateLimitsTest, GiveEveryEndpointAndOrganizationItsOwnBudget) {
  SharedRateLimits limits({.per_minute = 2, .per_day = 100}, *database_);
  EXPECT_EQ(passes(limits, 3, "list", 1), 2);
  EXPECT_EQ(passes(limits, 3, "list", 2), 2);
  EXPECT_EQ(passes(limits, 3, "detail", 1), 2);
}

TEST_F(SharedRateLimitsTest, ForgetOnlyWindowsThatHaveEnded) {
  SharedRateLimits limits({.per_minute = 2, .per_day = 3}, *database_);
  passes(limits, 3, "list", 1);
  let_pass(day_ms);
  passes(limits, 3, "list", 2);
  value_of(limits.reclaim());
  EXPECT_EQ(rows(), 1);
  EXPECT_EQ(passes(limits, 1, "list", 2), 0);
}

}  // namespace
}  // namespace sextant::access
