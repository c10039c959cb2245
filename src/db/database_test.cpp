// What writing promises, on every database.
#include "db/database.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "testing/db_every_database.hpp"

namespace sextant::db {
namespace {

using testing::value_of;

Result<void> insert(Connection& db, std::int64_t writer, std::int64_t n) {
  TRY(db.execute(Query("INSERT INTO t (writer, n) VALUES ({}, {})", writer, n)));
  return {};
}

class Writing : public testing::EveryDatabase {
 protected:
  Writing() {
    value_of(database_->write([](Connection& db) {
      return db.run_script(
          "CREATE TABLE t (writer BIGINT, n BIGINT, PRIMARY KEY (writer, n)); "
          "CREATE TABLE c (id BIGINT PRIMARY KEY, n BIGINT); INSERT INTO c VALUES (1, 0), (2, 0)");
    }));
  }

  std::int64_t number(const Query& query) {
    return value_of(value_of(database_->reader())
                        ->row(query, [](const Row& row) { return row.integer(0); }))
        .value();
  }
  std::int64_t count() { return number(Query("SELECT COUNT(*) FROM t")); }

  // `each` is called with the number of the thread and of its turn.
  static void at_once(int threads, int turns, const std::function<void(int, int)>& each) {
    std::vector<std::jthread> running;
    for (int thread = 0; thread < threads; ++thread)
      running.emplace_back([&, thread] {
        for (int turn = 0; turn < turns; ++turn) each(thread, turn);
      });
  }
};
SEXTANT_ON_EVERY_DATABASE(Writing);

TEST_P(Writing, ReturnsWhenTheChangeIsThere) {
  value_of(database_->write([](Connection& db) { return insert(db, 1, 1); }));
  EXPECT_EQ(count(), 1);
}

TEST_P(Writing, UndoesWhatFailedAndNothingElse) {
  std::atomic<int> refused = 0;
  at_once(4, 30, [&](int thread, int turn) {
    const auto written = database_->write([&](Connection& db) -> Result<void> {
      TRY(insert(db, thread, turn));
      if (turn % 3 == 0) return fail(ErrorKind::invalid, "changed my mind");
      return {};
    });
    if (!written && written.error().message == "changed my mind") ++refused;
  });
  EXPECT_EQ(refused, 40);
  EXPECT_EQ(count(), 80);
}

TEST_P(Writing, HandsAnExceptionToWhoeverWrote) {
  const auto work = [](Connection& db) -> Result<void> {
    TRY(insert(db, 1, 1));
    throw std::runtime_error("no more");
  };
  EXPECT_THROW((void)database_->write(work), std::runtime_error);
  EXPECT_EQ(count(), 0);
  value_of(database_->write([](Connection& db) { return insert(db, 1, 1); }));
}

TEST_P(Writing, RefusesAWriteWithinAWrite) {
  const auto written = database_->write([&](Connection&) {
    return database_->write([](Connection& db) { return insert(db, 1, 1); });
  });
  EXPECT_EQ(written.error().kind, ErrorKind::internal);
}

TEST_P(Writing, NeverCommitsForWorkThatEndedTheTransaction) {
  const auto written = database_->write([](Connection& db) -> Result<void> {
    TRY(insert(db, 1, 1));
    return db.run_script("ROLLBACK");
  });
  EXPECT_EQ(written.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(count(), 0);
  value_of(database_->write([](Connection& db) { return insert(db, 1, 1); }));
  EXPECT_EQ(count(), 1);
}

TEST_P(Writing, CountsEveryChangeThatWasReadFirst) {
  const auto other = database_.open_again();
  at_once(4, 25, [&](int thread, int) {
    value_of((thread % 2 ? *other : *database_).write([](Connection& db) -> Result<void> {
      const auto n = TRY(db.row(Query("SELECT n FROM c WHERE id = 1"),
                                [](const Row& row) { return row.integer(0); }));
      TRY(db.execute(Query("UPDATE c SET n = {} WHERE id = 1", n.value() + 1)));
      return {};
    }));
  });
  EXPECT_EQ(number(Query("SELECT n FROM c WHERE id = 1")), 100);
}

TEST_P(Writing, GivesEveryWriterANumberOfItsOwn) {
  const auto other = database_.open_again();
  at_once(4, 25, [&](int thread, int turn) {
    value_of((thread % 2 ? *other : *database_).write([&](Connection& db) -> Result<void> {
      const auto next = TRY(db.row(Query("SELECT COALESCE(MAX(n), 0) + 1 FROM t WHERE writer = 0"),
                                   [](const Row& row) { return row.integer(0); }));
      // Posted, so that the clash shows late.
      if (turn % 2 == 0)
        return db.post(Query("INSERT INTO t (writer, n) VALUES (0, {})", next.value()));
      return insert(db, 0, next.value());
    }));
  });
  EXPECT_EQ(number(Query("SELECT MAX(n) FROM t")), 100);
}

TEST_P(Writing, NeverLetsTwoDecideByWhatTheOtherChanges) {
  // Each gives up its place when the other still holds one; at least one must stay.
  for (int round = 0; round < 10; ++round) {
    value_of(database_->write([](Connection& db) -> Result<void> {
      TRY(db.execute(Query("UPDATE c SET n = 1")));
      return {};
    }));
    at_once(2, 1, [&](int thread, int) {
      value_of(database_->write([&](Connection& db) -> Result<void> {
        const auto held = TRY(
            db.row(Query("SELECT SUM(n) FROM c"), [](const Row& row) { return row.integer(0); }));
        if (held.value() < 2) return {};
        TRY(db.execute(Query("UPDATE c SET n = 0 WHERE id = {}", thread + 1)));
        return {};
      }));
    });
    EXPECT_EQ(number(Query("SELECT SUM(n) FROM c")), 1);
  }
}

TEST_P(Writing, ReadsThroughAnotherConnectionWithinAWrite) {
  std::int64_t seen = -1;
  value_of(database_->write([&](Connection& db) -> Result<void> {
    TRY(insert(db, 1, 1));
    seen = count();
    return {};
  }));
  EXPECT_EQ(seen, 0);
}

TEST_P(Writing, AloneSeesToItselfToo) {
  at_once(4, 10, [&](int thread, int turn) {
    const auto work = [&](Connection& db) { return insert(db, thread, turn); };
    value_of(thread == 0 ? database_->write_alone(work) : database_->write(work));
  });
  EXPECT_EQ(count(), 40);
}

TEST_P(Writing, AloneLetsOthersInWhateverBecameOfIt) {
  const auto work = [](Connection&) -> Result<void> { throw std::runtime_error("no more"); };
  EXPECT_THROW((void)database_->write_alone(work), std::runtime_error);
  EXPECT_FALSE(database_->write_alone(
      [](Connection&) -> Result<void> { return fail(ErrorKind::invalid, "no"); }));
  value_of(database_.open_again()->write_alone([](Connection& db) { return insert(db, 1, 1); }));
  EXPECT_EQ(count(), 1);
}

}  // namespace
}  // namespace sextant::db
