// What is PostgreSQL's own: races between writers, connections that are lost, bounds.
#include <atomic>
#include <barrier>
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "db/database.hpp"
#include "testing/db_every_database.hpp"

namespace sextant::db {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::value_of;

class Postgres : public ::testing::Test {
 protected:
  Postgres() {
    script(
        "CREATE TABLE c (id BIGINT PRIMARY KEY, n BIGINT NOT NULL); INSERT INTO c VALUES (1, 0), "
        "(2, 0)");
  }

  void script(const std::string& sql) {
    value_of(database_->write([&](Connection& db) { return db.run_script(sql); }));
  }
  static std::int64_t number(Connection& db, const Query& query) {
    return value_of(db.row(query, [](const Row& row) { return row.integer(0); })).value();
  }
  std::int64_t number(const Query& query) { return number(*value_of(database_->reader()), query); }
  std::unique_ptr<Database> open(Settings settings) {
    return value_of(database_.try_to_open(std::move(settings)));
  }
  // Ends the connections of this test that match, as an operator does.
  void cut(const std::string& condition) {
    testing::PostgresServer::shared().run(fmt::format(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{}' AND {}",
        number_of_database(), condition));
  }
  std::string number_of_database() {
    const auto reader = value_of(database_->reader());
    return value_of(reader->row(Query("SELECT current_database()"),
                                [](const Row& row) { return std::string(row.text(0)); }))
        .value();
  }

  testing::AnyDatabase database_{Dialect::postgresql};
};

Result<void> add(Connection& db, std::int64_t id, std::int64_t n) {
  TRY(db.execute(Query("UPDATE c SET n = n + {} WHERE id = {}", n, id)));
  return {};
}

TEST_F(Postgres, RunsAWriterAgainThatLostARace) {
  std::barrier both_have_read(2);
  std::atomic<int> runs = 0;
  const auto work = [&](Connection& db) -> Result<void> {
    const bool is_first_run = ++runs <= 2;
    const auto n = number(db, Query("SELECT n FROM c WHERE id = 1"));
    if (is_first_run) both_have_read.arrive_and_wait();
    TRY(db.execute(Query("UPDATE c SET n = {} WHERE id = 1", n + 1)));
    return {};
  };
  {
    std::jthread other([&] { value_of(database_->write(work)); });
    value_of(database_->write(work));
  }
  EXPECT_GE(runs, 3);  // the one that lost may lose to the end of the other's commit once more
  EXPECT_EQ(number(Query("SELECT n FROM c WHERE id = 1")), 2);
}

TEST_F(Postgres, RunsAWriterAgainWhoseNumberWasTaken) {
  std::barrier both_have_read(2);
  std::atomic<int> runs = 0;
  const auto work = [&](Connection& db) -> Result<void> {
    const bool is_first_run = ++runs <= 2;
    const auto next = number(db, Query("SELECT MAX(id) + 1 FROM c"));
    if (is_first_run) both_have_read.arrive_and_wait();
    TRY(db.execute(Query("INSERT INTO c VALUES ({}, 0)", next)));
    return {};
  };
  {
    std::jthread other([&] { value_of(database_->write(work)); });
    value_of(database_->write(work));
  }
  EXPECT_GE(runs, 3);
  EXPECT_EQ(number(Query("SELECT MAX(id) FROM c")), 4);
}

TEST_F(Postgres, SaysThatAKeyIsTakenWhenItReallyIs) {
  int runs = 0;
  const auto written = database_->write([&](Connection& db) -> Result<void> {
    ++runs;
    TRY(db.execute(Query("INSERT INTO c VALUES (1, 0)")));
    return {};
  });
  EXPECT_EQ(written.error().kind, ErrorKind::conflict);
  EXPECT_EQ(runs, 2);  // the second time nobody else was writing
}

TEST_F(Postgres, GetsTwoWritersOutOfADeadlock) {
  const auto database = value_of(open_postgres(
      {.url = Secret(database_.url().reveal() + "&options=-c%20deadlock_timeout%3D20ms")}));
  std::barrier both_hold_one(2);
  std::atomic<int> runs = 0;
  const auto work = [&](std::int64_t first, std::int64_t second) {
    return [&, first, second](Connection& db) -> Result<void> {
      const bool is_first_run = ++runs <= 2;
      TRY(add(db, first, 1));
      if (is_first_run) both_hold_one.arrive_and_wait();
      return add(db, second, 1);
    };
  };
  {
    std::jthread other([&] { value_of(database->write(work(1, 2))); });
    value_of(database->write(work(2, 1)));
  }
  EXPECT_GE(runs, 3);
  EXPECT_EQ(number(Query("SELECT SUM(n) FROM c")), 4);
}

TEST_F(Postgres, FinishesEveryWriterHoweverMuchTheyAreInEachOthersWay) {
  constexpr int writers = 8;
  const auto database = open({.connections = 4 * writers});
  {
    std::vector<std::jthread> threads;
    for (int writer = 0; writer < writers; ++writer)
      threads.emplace_back([&] {
        for (int i = 0; i < 20; ++i)
          value_of(database->write([&](Connection& db) -> Result<void> {
            const auto sum = number(db, Query("SELECT SUM(n) FROM c"));
            std::this_thread::sleep_for(1ms);
            TRY(db.execute(Query("UPDATE c SET n = {} WHERE id = 1", sum + 1)));
            return {};
          }));
      });
  }
  EXPECT_EQ(number(Query("SELECT SUM(n) FROM c")), writers * 20);
}

TEST_F(Postgres, FailsTheWholeWorkWhenAStatementFailedUnheeded) {
  const auto written = database_->write([&](Connection& db) -> Result<void> {
    TRY(add(db, 1, 1));
    EXPECT_FALSE(db.execute(Query("SELECT nothing FROM nowhere")));
    EXPECT_THAT(add(db, 2, 1).error().message, HasSubstr("nowhere"));
    return {};
  });
  EXPECT_THAT(written.error().message, HasSubstr("nowhere"));
  EXPECT_EQ(number(Query("SELECT SUM(n) FROM c")), 0);
}

TEST_F(Postgres, StopsAStatementThatTakesTooLong) {
  const auto database = open({.statement_timeout = 500ms});
  const auto reader = value_of(database->reader());
  const auto read = reader->execute(Query("SELECT pg_sleep(20)"));
  EXPECT_EQ(read.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(read.error().message, HasSubstr("took too long"));
  EXPECT_EQ(number(*reader, Query("SELECT 1")), 1);
}

TEST_F(Postgres, PullsRowsForLongerThanAStatementMayTake) {
  const auto database = open({.statement_timeout = 500ms});
  const auto reader = value_of(database->reader());
  for (const bool in_snapshot : {false, true}) {
    std::optional<Snapshot> snapshot;
    if (in_snapshot) snapshot.emplace(value_of(Snapshot::begin(*reader)));
    const auto rows =
        value_of(reader->open(Query("SELECT pg_sleep(0.06) FROM generate_series(1, 10)")));
    int pulled = 0;
    while (value_of(rows->next())) ++pulled;
    EXPECT_EQ(pulled, 10);
  }
  EXPECT_EQ(reader->execute(Query("SELECT pg_sleep(20)")).error().kind, ErrorKind::unavailable);
}

TEST_F(Postgres, DoesNothingElseOnAConnectionThatHandsOutRows) {
  const auto reader = value_of(database_->reader());
  const auto rows = value_of(reader->open(Query("SELECT id FROM c ORDER BY id")));
  EXPECT_THAT(reader->execute(Query("SELECT 1")).error().message, HasSubstr("handing out rows"));
  EXPECT_EQ(value_of(rows->next())->integer(0), 1);
}

TEST_F(Postgres, RefusesATextWithANulInIt) {
  const std::string nul("a\0b", 3);
  const auto reader = value_of(database_->reader());
  const Query query("SELECT {}", nul);
  EXPECT_EQ(reader->execute(query).error().kind, ErrorKind::invalid);
  EXPECT_EQ(reader->open(query).error().kind, ErrorKind::invalid);
  script("CREATE TABLE s (s TEXT)");
  NewRows rows("s", {"s"});
  for (int i = 0; i < 100; ++i) rows.add(i == 50 ? nul : "well");
  const auto written = database_->write([&](Connection& db) { return db.insert_rows(rows); });
  EXPECT_EQ(written.error().kind, ErrorKind::invalid);
  EXPECT_THAT(written.error().message, HasSubstr("NUL"));
  EXPECT_EQ(reader->execute(Query("SELECT {}", "\xff\xfe")).error().kind, ErrorKind::invalid);
}

TEST_F(Postgres, SaysWhenAllConnectionsAreInUse) {
  const auto database = open({.connections = 4, .connection_wait = 50ms});
  std::vector<Lease> held;
  for (int i = 0; i < 3; ++i) held.push_back(value_of(database->reader()));
  const auto refused = database->reader();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("3 connections for reading are all in use"));
  // Who reads may still write.
  value_of(database->write([](Connection& db) { return add(db, 1, 1); }));
  held.pop_back();
  EXPECT_EQ(number(*value_of(database->reader()), Query("SELECT n FROM c WHERE id = 1")), 1);
}

TEST_F(Postgres, WaitsForAConnectionThatComesFree) {
  const auto database = open({.connections = 2, .connection_wait = 30s});
  std::optional<Lease> held = value_of(database->reader());
  std::jthread waiting(
      [&] { EXPECT_EQ(number(*value_of(database->reader()), Query("SELECT 5")), 5); });
  held.reset();
}

TEST_F(Postgres, ReadsOnWhenItsConnectionIsCut) {
  const Query query("SELECT n FROM c WHERE id = {}", 1);
  auto reader = value_of(database_->reader());
  EXPECT_EQ(number(*reader, query), 0);
  cut("pid <> pg_backend_pid()");
  EXPECT_EQ(number(*reader, query), 0);
  cut("pid <> pg_backend_pid()");
  {
    const auto snapshot = value_of(Snapshot::begin(*reader));
    EXPECT_EQ(number(*reader, query), 0);
  }
  cut("pid <> pg_backend_pid()");
  EXPECT_EQ(value_of(value_of(reader->open(query))->next())->integer(0), 0);
  EXPECT_EQ(number(*reader, query), 0);
}

TEST_F(Postgres, NeverGoesOnWithAnotherSnapshot) {
  const Query query("SELECT n FROM c WHERE id = {}", 1);
  auto reader = value_of(database_->reader());
  {
    const auto snapshot = value_of(Snapshot::begin(*reader));
    EXPECT_EQ(number(*reader, query), 0);
    cut("pid <> pg_backend_pid()");
    script("UPDATE c SET n = 5");
    EXPECT_EQ(reader->execute(query).error().kind, ErrorKind::unavailable);
    EXPECT_EQ(reader->execute(query).error().kind, ErrorKind::unavailable);
    EXPECT_FALSE(reader->open(query));
  }
  EXPECT_EQ(number(*reader, query), 5);
}

TEST_F(Postgres, LendsNoConnectionThatWasCut) {
  {
    const auto reader = value_of(database_->reader());
  }
  script("UPDATE c SET n = 1");
  cut("pid <> pg_backend_pid()");
  EXPECT_EQ(number(Query("SELECT n FROM c WHERE id = 1")), 1);
  // Nothing of this is read before the commit, so that it could not be run again.
  value_of(database_->write([](Connection& db) { return db.post(Query("UPDATE c SET n = 2")); }));
  EXPECT_EQ(number(Query("SELECT SUM(n) FROM c")), 4);
}

TEST_F(Postgres, RunsAWriterAgainThatWasCutBeforeItsCommit) {
  int runs = 0;
  value_of(database_->write([&](Connection& db) -> Result<void> {
    TRY(add(db, 1, 1));
    if (++runs == 1) cut(fmt::format("pid = {}", number(db, Query("SELECT pg_backend_pid()"))));
    return add(db, 2, 1);
  }));
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(number(Query("SELECT SUM(n) FROM c")), 2);
}

TEST_F(Postgres, NeverRunsAWriterAgainThatWasCutInItsCommit) {
  script(
      "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); "
      "RETURN NULL; END $$; CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON c DEFERRABLE INITIALLY "
      "DEFERRED FOR EACH ROW EXECUTE FUNCTION wait()");
  std::atomic<std::int64_t> server_process = 0;
  std::jthread cutter([&] {
    server_process.wait(0);
    const auto reader = value_of(database_->reader());
    const Query is_committing(
        "SELECT COUNT(*) FROM pg_stat_activity WHERE pid = {} AND query = 'COMMIT' AND state = "
        "'active'",
        server_process.load());
    while (number(*reader, is_committing) == 0) {
    }
    cut(fmt::format("pid = {}", server_process.load()));
  });
  int runs = 0;
  const auto written = database_->write([&](Connection& db) -> Result<void> {
    ++runs;
    TRY(add(db, 1, 1));
    server_process = number(db, Query("SELECT pg_backend_pid()"));
    server_process.notify_one();
    return {};
  });
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(written.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(written.error().message, HasSubstr("not known"));
  EXPECT_EQ(number(Query("SELECT n FROM c WHERE id = 1")), 0);
}

}  // namespace
}  // namespace sextant::db
