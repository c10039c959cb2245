#include "jobs/job_store.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/db_every_database.hpp"
#include "testing/fake_clock.hpp"

namespace sextant::jobs {
namespace {

using testing::value_of;
using namespace std::chrono_literals;

constexpr std::int64_t organization = 1;
constexpr auto lease = 15s;

struct Stored {
  std::string state;
  std::string payload;
  std::optional<Instant> due_at;
  std::int64_t attempts = 0;
  std::string last_error;
};

class JobStoreTest : public testing::EveryDatabase {
 protected:
  std::int64_t add(const std::string& key, std::chrono::milliseconds delay = 0ms,
                   const std::string& payload = "{}", std::int64_t whose = organization) {
    return value_of(store.add({whose, "test", key, payload, delay}));
  }
  std::optional<Job> claim(const std::vector<std::string>& kinds = {"test"}) {
    return value_of(store.claim(kinds, "node", lease));
  }
  std::vector<Stored> stored() {
    const auto reader = value_of(database_->reader());
    return value_of(reader->rows(
        db::Query("SELECT state, payload, due_at, attempts, last_error FROM jobs ORDER BY id"),
        [](const db::Row& row) {
          return Stored{std::string(row.text(0)), std::string(row.text(1)), row.time_or_null(2),
                        row.integer(3), std::string(row.text(4))};
        }));
  }
  JobCounts counts() {
    const auto reader = value_of(database_->reader());
    return value_of(count_jobs(*reader));
  }

  testing::FakeClock clock;
  JobStore store{*database_, [this]() -> Result<Instant> { return clock.now(); }};
};

SEXTANT_ON_EVERY_DATABASE(JobStoreTest);

TEST_P(JobStoreTest, HandsAJobOutOnceAndForgetsItWhenItIsDone) {
  const std::int64_t id = add("a", 0ms, R"({"x":1})");
  const auto job = claim();
  ASSERT_TRUE(job);
  EXPECT_EQ(job->id, id);
  EXPECT_EQ(job->organization, organization);
  EXPECT_EQ(job->kind, "test");
  EXPECT_EQ(job->key, "a");
  EXPECT_EQ(job->payload, R"({"x":1})");
  EXPECT_EQ(job->attempt, 1);
  EXPECT_FALSE(claim());
  EXPECT_TRUE(value_of(store.complete(*job)));
  EXPECT_FALSE(claim());
  EXPECT_TRUE(stored().empty());
}

TEST_P(JobStoreTest, HandsOutNothingBeforeItsTimeOrOfAnotherKind) {
  add("later", 10s);
  EXPECT_FALSE(claim());
  clock.advance(10s);
  EXPECT_FALSE(claim({"other", "another"}));
  EXPECT_TRUE(claim({"other", "test"}));
}

TEST_P(JobStoreTest, WhatIsDueFirstIsDoneFirst) {
  add("second", 2s);
  add("first", 1s);
  clock.advance(5s);
  EXPECT_EQ(claim()->key, "first");
  EXPECT_EQ(claim()->key, "second");
}

TEST_P(JobStoreTest, ManyClaimersDoEachJobExactlyOnce) {
  constexpr int jobs = 120;
  constexpr int claimers = 8;
  for (int i = 0; i < jobs; ++i) add(std::to_string(i), 0ms, "{}", 1 + i % 3);
  // Two programs, as two nodes would be.
  const auto other = database_.open_again();
  std::mutex mutex;
  std::map<std::int64_t, int> taken;
  std::vector<std::string> errors;
  const auto work = [&](db::Database& database) {
    JobStore mine(database, [this]() -> Result<Instant> { return clock.now(); });
    while (true) {
      const auto job = mine.claim({"test"}, "node", lease);
      if (job && !*job) return;
      const auto done = job ? mine.complete(**job) : Result<bool>(std::unexpected(job.error()));
      const std::lock_guard lock(mutex);
      if (job) ++taken[(*job)->id];
      if (!done) return errors.push_back(done.error().message);
      if (!*done) errors.emplace_back("not completed");
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < claimers; ++i)
      threads.emplace_back([&, i] { work(i % 2 == 0 ? *database_ : *other); });
  }
  EXPECT_THAT(errors, ::testing::IsEmpty());
  EXPECT_EQ(taken.size(), jobs);
  for (const auto& [id, times] : taken) EXPECT_EQ(times, 1) << id;
  EXPECT_TRUE(stored().empty());
}

TEST_P(JobStoreTest, AnExpiredLeaseIsTakenByAnotherAndTheLateOneIsRefused) {
  add("a");
  const auto late = claim();
  clock.advance(lease - 1ms);
  EXPECT_FALSE(claim());
  clock.advance(1ms);
  const auto next = claim();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->id, late->id);
  EXPECT_EQ(next->attempt, 2);
  EXPECT_FALSE(value_of(store.renew(*late, lease)));
  EXPECT_FALSE(value_of(store.complete(*late)));
  EXPECT_FALSE(value_of(store.retry(*late, "late", 1s)));
  EXPECT_FALSE(value_of(store.fail(*late, "late")));
  EXPECT_FALSE(value_of(store.give_back(*late)));
  EXPECT_EQ(stored().at(0).state, "running");
  EXPECT_EQ(stored().at(0).last_error, "");
  EXPECT_TRUE(value_of(store.complete(*next)));
}

TEST_P(JobStoreTest, ARenewedLeaseHolds) {
  add("a");
  const auto job = claim();
  for (int i = 0; i < 5; ++i) {
    clock.advance(10s);
    EXPECT_FALSE(claim());
    EXPECT_TRUE(value_of(store.renew(*job, lease)));
  }
  clock.advance(lease);
  EXPECT_TRUE(claim());
}

TEST_P(JobStoreTest, OneWhoseLeaseIsOverButWhomNobodySucceededMayStillFinish) {
  add("a");
  const auto job = claim();
  clock.advance(lease * 3);
  EXPECT_TRUE(value_of(store.complete(*job)));
}

TEST_P(JobStoreTest, AFailureIsKeptAndTriedAgainAfterItsDelay) {
  add("a");
  EXPECT_TRUE(value_of(store.retry(*claim(), "the remote is away", 10s)));
  EXPECT_EQ(stored().at(0).last_error, "the remote is away");
  EXPECT_FALSE(claim());
  clock.advance(10s);
  EXPECT_EQ(claim()->attempt, 2);
}

TEST_P(JobStoreTest, AJobThatFailedForGoodRestsWithItsErrorUntilItIsAskedForAgain) {
  const std::int64_t id = add("a");
  EXPECT_TRUE(value_of(store.fail(*claim(), "no such \xff thing")));
  clock.advance(24h);
  EXPECT_FALSE(claim());
  EXPECT_EQ(stored().at(0).state, "failed");
  EXPECT_EQ(stored().at(0).last_error, "no such \xef\xbf\xbd thing");
  EXPECT_EQ(add("a"), id);
  EXPECT_EQ(claim()->attempt, 1);
}

TEST_P(JobStoreTest, WhatIsGivenBackIsDueAtOnceAndCountsNoAttempt) {
  add("a");
  EXPECT_TRUE(value_of(store.give_back(*claim())));
  EXPECT_EQ(claim()->attempt, 1);
}

TEST_P(JobStoreTest, AskedForTwiceWhileItWaitsItIsOneJobWithTheNewPayloadAtTheSoonerTime) {
  const std::int64_t id = add("a", 10s, "1");
  EXPECT_EQ(add("a", 20s, "2"), id);
  EXPECT_EQ(stored().at(0).due_at, clock.now() + 10s);
  EXPECT_EQ(add("a", 5s, "3"), id);
  ASSERT_EQ(stored().size(), 1u);
  EXPECT_EQ(stored().at(0).due_at, clock.now() + 5s);
  EXPECT_EQ(stored().at(0).payload, "3");
}

TEST_P(JobStoreTest, AskedForWhileItRunsItRunsOnceMore) {
  const std::int64_t id = add("a", 0ms, "1");
  const auto first = claim();
  EXPECT_EQ(add("a", 0ms, "2"), id);
  EXPECT_EQ(add("a", 0ms, "3"), id);
  EXPECT_FALSE(claim());
  EXPECT_TRUE(value_of(store.complete(*first)));
  const auto second = claim();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->payload, "3");
  EXPECT_EQ(second->attempt, 1);
  EXPECT_TRUE(value_of(store.complete(*second)));
  EXPECT_TRUE(stored().empty());
}

TEST_P(JobStoreTest, AskedForWhileItRunsItRunsOnceMoreThoughItFails) {
  add("a");
  const auto first = claim();
  add("a");
  EXPECT_TRUE(value_of(store.fail(*first, "no")));
  EXPECT_EQ(claim()->attempt, 1);
}

TEST_P(JobStoreTest, KeysAreApartByKindAndOrganization) {
  const std::int64_t id = add("a");
  EXPECT_NE(value_of(store.add({organization, "other", "a", "{}"})), id);
  EXPECT_NE(add("a", 0ms, "{}", 2), id);
  EXPECT_EQ(stored().size(), 3u);
}

TEST_P(JobStoreTest, NoOrganizationKeepsAnotherWaitingBehindItsThousands) {
  for (int i = 0; i < 200; ++i) add(std::to_string(i));
  clock.advance(1s);
  add("lonely", 0ms, "{}", 2);
  bool came_up = false;
  for (int i = 0; i < 100 && !came_up; ++i) came_up = claim()->organization == 2;
  EXPECT_TRUE(came_up);
}

TEST_P(JobStoreTest, AScheduleFiresOnOneOfFourNodesAndComesBack) {
  value_of(store.add_schedule("tick", 60s));
  EXPECT_FALSE(claim({"tick"}));
  for (int round = 0; round < 3; ++round) {
    clock.advance(60s);
    std::atomic<int> fired = 0;
    {
      std::vector<std::jthread> nodes;
      for (int i = 0; i < 4; ++i)
        nodes.emplace_back([&] {
          const auto job = store.claim({"tick"}, "node", lease);
          if (job && *job && value_of(store.complete(**job))) ++fired;
        });
    }
    EXPECT_EQ(fired, 1);
  }
  EXPECT_EQ(stored().size(), 1u);
}

TEST_P(JobStoreTest, AScheduleComesBackAfterItFailed) {
  value_of(store.add_schedule("tick", 60s));
  clock.advance(60s);
  EXPECT_TRUE(value_of(store.fail(*claim({"tick"}), "no")));
  EXPECT_FALSE(claim({"tick"}));
  clock.advance(60s);
  EXPECT_EQ(claim({"tick"})->attempt, 1);
}

TEST_P(JobStoreTest, AScheduleMadeAgainKeepsItsTimeUnlessItIsToRunMoreOften) {
  value_of(store.add_schedule("tick", 60s));
  clock.advance(50s);
  value_of(store.add_schedule("tick", 60s));
  clock.advance(10s);
  EXPECT_TRUE(value_of(store.complete(*claim({"tick"}))));
  value_of(store.add_schedule("tick", 5s));
  clock.advance(5s);
  EXPECT_TRUE(claim({"tick"}));
}

TEST_P(JobStoreTest, CountsWhatWaitsRunsAndFailedWithoutSchedules) {
  value_of(store.add_schedule("tick", 60s));
  add("a");
  EXPECT_TRUE(value_of(store.fail(*claim(), "no")));
  add("b");
  (void)claim();
  add("c");
  add("d", 10s);
  EXPECT_EQ(counts().waiting, 2);
  EXPECT_EQ(counts().running, 1);
  EXPECT_EQ(counts().failed, 1);
}

TEST_P(JobStoreTest, AJobIsStoredWithWhatItFollowsFromOrNotAtAll) {
  const auto undone = database_->write([&](db::Connection& connection) -> Result<void> {
    TRY(enqueue(connection, {organization, "test", "a", "{}"}, clock.now()));
    return fail(ErrorKind::conflict, "on second thoughts");
  });
  EXPECT_FALSE(undone);
  EXPECT_FALSE(claim());
}

TEST_P(JobStoreTest, LookingInVainWritesNothing) {
  add("later", 10s);
  const auto epoch = [&] { return value_of(database_->reader())->epoch(); };
  const auto before = epoch();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(claim());
  EXPECT_EQ(epoch(), before);
  EXPECT_EQ(before.has_value(), !is_postgresql());
}

TEST_P(JobStoreTest, SharedTimeIsTheDatabasesWhereThereAreSeveralNodes) {
  const Instant told = value_of(shared_time(*database_, clock)());
  const auto off = std::chrono::abs(told - system_clock().now());
  EXPECT_EQ(off < 1h, is_postgresql());
  EXPECT_EQ(told == clock.now(), !is_postgresql());
}

}  // namespace
}  // namespace sextant::jobs
