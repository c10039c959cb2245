#include "jobs/workers.hpp"

#include <future>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/db_every_database.hpp"
#include "testing/fake_clock.hpp"

namespace sextant::jobs {
namespace {

using testing::value_of;
using namespace std::chrono_literals;

constexpr std::int64_t organization = 1;
constexpr auto patience = 60s;

// Blocks whoever waits until it is opened.
class Gate {
 public:
  void open() { opened_.set_value(); }
  bool wait() const { return future_.wait_for(patience) == std::future_status::ready; }

 private:
  std::promise<void> opened_;
  std::shared_future<void> future_ = opened_.get_future().share();
};

// A store that can be taken away.
class FickleDatabase : public db::Database {
 public:
  explicit FickleDatabase(db::Database& whole) : whole_(whole) {}

  Result<db::Lease> reader() override {
    TRY(check());
    return whole_.reader();
  }
  Result<void> write(const std::function<Result<void>(db::Connection&)>& work) override {
    TRY(check());
    return whole_.write(work);
  }
  Result<void> change(const db::Query& query,
                      const std::function<void(const db::Row&)>& sink) override {
    TRY(check());
    return whole_.change(query, sink);
  }

  void leave() { is_away_ = true; }
  void come_back() { is_away_ = false; }
  int refused() const { return refused_; }
  // Until it was asked so often in vain.
  void wait_for_refusals(int count) const {
    for (int now = refused_; now < count; now = refused_) refused_.wait(now);
  }

 private:
  Result<void> check() {
    if (!is_away_) return {};
    ++refused_;
    refused_.notify_all();
    return fail(ErrorKind::unavailable, "away");
  }
  void give_back(std::unique_ptr<db::Connection>) override {}

  db::Database& whole_;
  std::atomic<bool> is_away_ = false;
  std::atomic<int> refused_ = 0;
};

class WorkersTest : public testing::EveryDatabase {
 protected:
  // Looks only when woken, so that what a test sees does not hang on time.
  static Settings settings() {
    Settings settings;
    settings.node = "this";
    settings.workers = 3;
    settings.poll = 1h;
    settings.heartbeat = 1ms;
    return settings;
  }
  std::unique_ptr<Workers> start(const Handler& handler, const Settings& settings) {
    return std::make_unique<Workers>(fickle, now(), settings,
                                     std::map<std::string, Handler>{{"test", handler}});
  }
  std::unique_ptr<Workers> start(const Handler& handler) { return start(handler, settings()); }
  SharedTime now() {
    return [this]() -> Result<Instant> { return clock.now(); };
  }
  void add(const std::string& key) { value_of(store.add({organization, "test", key, "{}"})); }
  JobCounts counts() {
    const auto reader = value_of(database_->reader());
    return value_of(count_jobs(*reader));
  }
  // As another node. A heartbeat that comes too late may just be looking at the row.
  Job take() {
    std::optional<Job> taken;
    while (!(taken = value_of(store.claim({"test"}, "another", 15s)))) std::this_thread::yield();
    return *taken;
  }
  void wait_for_failure() {
    while (counts().failed == 0) std::this_thread::yield();
  }
  std::string last_error() {
    const auto reader = value_of(database_->reader());
    return value_of(reader->row(db::Query("SELECT last_error FROM jobs"),
                                [](const db::Row& row) { return std::string(row.text(0)); }))
        .value_or("no job");
  }

  testing::FakeClock clock;
  JobStore store{*database_, now()};
  FickleDatabase fickle{*database_};
};

SEXTANT_ON_EVERY_DATABASE(WorkersTest);

TEST_P(WorkersTest, DoesEachJobOnceWhereverItComesFrom) {
  constexpr std::size_t jobs = 30;
  std::mutex mutex;
  std::multiset<std::string> done;
  Gate all;
  const auto workers = start([&](const Job& job, const std::stop_token&) -> Result<void> {
    const std::lock_guard lock(mutex);
    done.insert(job.key);
    if (done.size() == jobs) all.open();
    return {};
  });
  for (std::size_t i = 0; i < jobs; ++i) {
    add(std::to_string(i));
    workers->wake();
  }
  ASSERT_TRUE(all.wait());
  EXPECT_TRUE(workers->stop(patience));
  EXPECT_EQ(std::set(done.begin(), done.end()).size(), jobs);
  EXPECT_EQ(counts().waiting + counts().running, 0);
}

TEST_P(WorkersTest, FindsWhatAnotherProcessAddedAtItsNextLook) {
  Gate done;
  auto often = settings();
  often.poll = 1ms;
  const auto workers = start(
      [&](const Job&, const std::stop_token&) -> Result<void> {
        done.open();
        return {};
      },
      often);
  add("a");
  EXPECT_TRUE(done.wait());
}

TEST_P(WorkersTest, TriesAgainLaterAndGivesUpInTheEnd) {
  std::atomic<int> attempts = 0;
  auto few = settings();
  few.attempts_most = 3;
  add("a");
  const auto workers = start(
      [&](const Job& job, const std::stop_token&) -> Result<void> {
        attempts = job.attempt;
        if (job.attempt == 2) throw std::runtime_error("worse");
        return fail(ErrorKind::unavailable, "the remote is away");
      },
      few);
  while (last_error() != "the remote is away") std::this_thread::yield();
  EXPECT_EQ(attempts, 1);
  EXPECT_EQ(counts().waiting, 1);
  clock.advance(1min);
  workers->wake();
  while (last_error() != "worse") std::this_thread::yield();
  EXPECT_EQ(attempts, 2);
  clock.advance(1min);
  workers->wake();
  wait_for_failure();
  EXPECT_EQ(attempts, 3);
  EXPECT_EQ(last_error(), "the remote is away");
}

TEST_P(WorkersTest, PutsAFailureOffBySomeSeconds) {
  add("a");
  const auto workers = start([&](const Job&, const std::stop_token&) -> Result<void> {
    return fail(ErrorKind::unavailable, "away");
  });
  while (last_error() != "away") std::this_thread::yield();
  EXPECT_TRUE(workers->stop(patience));
  clock.advance(4s);
  EXPECT_FALSE(value_of(store.claim({"test"}, "another", 15s)));
  clock.advance(6s);
  EXPECT_EQ(take().attempt, 2);
}

TEST_P(WorkersTest, DoesNotTryAgainWhatCannotWork) {
  add("a");
  const auto workers = start([&](const Job&, const std::stop_token&) -> Result<void> {
    return fail(ErrorKind::invalid, "the payload makes no sense");
  });
  wait_for_failure();
  EXPECT_EQ(last_error(), "the payload makes no sense");
}

TEST_P(WorkersTest, GivesUpAJobThatEndedEveryNodeThatRanIt) {
  auto few = settings();
  few.attempts_most = 2;
  add("a");
  for (int died = 0; died < 2; ++died) {
    ASSERT_TRUE(value_of(store.claim({"test"}, "another", 15s)));
    clock.advance(15s);
  }
  Gate next;
  add("b");
  std::set<std::string> ran;
  std::mutex mutex;
  const auto workers = start(
      [&](const Job& job, const std::stop_token&) -> Result<void> {
        const std::lock_guard lock(mutex);
        ran.insert(job.key);
        next.open();
        return {};
      },
      few);
  ASSERT_TRUE(next.wait());
  wait_for_failure();
  EXPECT_TRUE(workers->stop(patience));
  EXPECT_THAT(ran, ::testing::ElementsAre("b"));
  EXPECT_EQ(last_error(), "2 attempts were cut short");
}

TEST_P(WorkersTest, GivesItsWorkBackWhenItIsStopped) {
  Gate begun;
  add("a");
  const auto workers = start([&](const Job&, const std::stop_token& stop) -> Result<void> {
    Gate stopped;
    const std::stop_callback when(stop, [&] { stopped.open(); });
    begun.open();
    EXPECT_TRUE(stopped.wait());
    return fail(ErrorKind::unavailable, "stopped");
  });
  ASSERT_TRUE(begun.wait());
  EXPECT_TRUE(workers->stop(patience));
  EXPECT_EQ(take().attempt, 1);
}

TEST_P(WorkersTest, GivesBackEvenWhatDoesNotStopAndDropsItsOutcome) {
  Gate begun;
  Gate end;
  add("a");
  const auto workers = start([&](const Job&, const std::stop_token&) -> Result<void> {
    begun.open();
    EXPECT_TRUE(end.wait());
    return {};
  });
  ASSERT_TRUE(begun.wait());
  EXPECT_FALSE(workers->stop(1ms));
  const Job again = take();
  end.open();
  EXPECT_TRUE(workers->stop(patience));
  EXPECT_TRUE(value_of(store.renew(again, 15s)));
}

TEST_P(WorkersTest, KeepsTheLeaseOfALongJob) {
  Gate begun;
  Gate end;
  add("a");
  const auto workers = start([&](const Job&, const std::stop_token&) -> Result<void> {
    begun.open();
    EXPECT_TRUE(end.wait());
    return {};
  });
  ASSERT_TRUE(begun.wait());
  const auto due_at = [&] {
    const auto reader = value_of(database_->reader());
    return *value_of(reader->row(db::Query("SELECT due_at FROM jobs"),
                                 [](const db::Row& row) { return row.time(0); }));
  };
  for (int i = 0; i < 5; ++i) {
    clock.advance(10s);
    while (due_at() != clock.now() + 15s) std::this_thread::yield();
    EXPECT_FALSE(value_of(store.claim({"test"}, "another", 15s)));
  }
  end.open();
  EXPECT_TRUE(workers->stop(patience));
  EXPECT_EQ(counts().running, 0);
}

TEST_P(WorkersTest, TellsAJobToStopThatAnotherNodeHasTaken) {
  Gate begun;
  Gate told;
  auto slow = settings();
  slow.heartbeat = 20ms;
  slow.workers = 1;
  add("a");
  const auto workers = start(
      [&](const Job&, const std::stop_token& stop) -> Result<void> {
        Gate stopped;
        const std::stop_callback when(stop, [&] { stopped.open(); });
        begun.open();
        EXPECT_TRUE(stopped.wait());
        told.open();
        return {};
      },
      slow);
  ASSERT_TRUE(begun.wait());
  // Between two heartbeats the lease runs out.
  std::optional<Job> taken;
  while (!taken) {
    clock.advance(1min);
    taken = value_of(store.claim({"test"}, "another", 15s));
  }
  EXPECT_TRUE(told.wait());
  // That it was done is said in vain.
  EXPECT_TRUE(workers->stop(patience));
  EXPECT_EQ(counts().running, 1);
  EXPECT_TRUE(value_of(store.complete(*taken)));
}

TEST_P(WorkersTest, TellsAJobToStopWhoseLeaseCannotBeRenewed) {
  Gate begun;
  Gate told;
  auto brief = settings();
  brief.lease = 10ms;
  add("a");
  const auto workers = start(
      [&](const Job&, const std::stop_token& stop) -> Result<void> {
        Gate stopped;
        const std::stop_callback when(stop, [&] { stopped.open(); });
        begun.open();
        EXPECT_TRUE(stopped.wait());
        told.open();
        return fail(ErrorKind::unavailable, "stopped");
      },
      brief);
  ASSERT_TRUE(begun.wait());
  fickle.leave();
  EXPECT_TRUE(told.wait());
  EXPECT_TRUE(workers->stop(patience));
  EXPECT_EQ(counts().running, 1);
}

TEST_P(WorkersTest, WaitsOutAStoreThatIsAwayWithoutAskingItAllTheTime) {
  Gate done;
  fickle.leave();
  const auto workers = start([&](const Job&, const std::stop_token&) -> Result<void> {
    done.open();
    return {};
  });
  fickle.wait_for_refusals(6);  // each of the three comes back, after a pause
  for (int i = 0; i < 1000; ++i) workers->wake();
  EXPECT_LT(fickle.refused(), 12);
  add("a");
  fickle.come_back();
  EXPECT_TRUE(done.wait());
}

TEST_P(WorkersTest, SaysThatAJobIsDoneWhenTheStoreIsBack) {
  Gate begun;
  Gate end;
  add("a");
  const auto workers = start([&](const Job&, const std::stop_token&) -> Result<void> {
    begun.open();
    EXPECT_TRUE(end.wait());
    return {};
  });
  ASSERT_TRUE(begun.wait());
  fickle.leave();
  end.open();
  const int refused = fickle.refused();
  fickle.wait_for_refusals(refused + 3);
  EXPECT_EQ(counts().running, 1);
  fickle.come_back();
  while (counts().running != 0) std::this_thread::yield();
}

}  // namespace
}  // namespace sextant::jobs
