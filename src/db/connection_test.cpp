// What every database does alike.
#include "db/connection.hpp"

#include <atomic>
#include <limits>
#include <numbers>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/db_every_database.hpp"

namespace sextant::db {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::value_of;

class EveryConnection : public testing::EveryDatabase {
 protected:
  EveryConnection() : EveryDatabase(testing::AnyDatabase::Schema::none) {}

  void script(const std::string& sql) {
    value_of(database_->write([&](Connection& db) { return db.run_script(sql); }));
  }
  Result<std::int64_t> execute(const Query& query) {
    std::int64_t changed = 0;
    TRY(database_->write([&](Connection& db) -> Result<void> {
      changed = TRY(db.execute(query));
      return {};
    }));
    return changed;
  }
  std::int64_t number(const Query& query) { return number(*value_of(database_->reader()), query); }
  static std::int64_t number(Connection& db, const Query& query) {
    return value_of(db.row(query, [](const Row& row) { return row.integer(0); })).value();
  }
  std::string text(const Query& query) {
    const auto reader = value_of(database_->reader());
    return value_of(reader->row(query, [](const Row& row) { return std::string(row.text(0)); }))
        .value();
  }
  std::string blob_type() const { return is_postgresql() ? "BYTEA" : "BLOB"; }
};
SEXTANT_ON_EVERY_DATABASE(EveryConnection);

TEST_P(EveryConnection, GivesBackEveryKindOfValue) {
  script("CREATE TABLE t (n BIGINT, r DOUBLE PRECISION, f BOOLEAN, s TEXT, b " + blob_type() +
         ", z TEXT)");
  const std::string bytes("\0\xff'\"\n\\x", 7);
  const std::string said = "a\tb \xe2\x82\xac '\"\\ \r\n\\N \\. \xf0\x9f\x90\x98";
  const auto at = from_unix_ms(1'777'777'777'777);
  value_of(execute(Query("INSERT INTO t VALUES ({}, {}, {}, {}, {}, {})", at, 0.1, true, said,
                         Blob{bytes}, std::optional<int>())));
  const auto check = [&](const Row& row) {
    EXPECT_EQ(row.time(0), at);
    EXPECT_EQ(row.real(1), 0.1);
    EXPECT_TRUE(row.boolean(2));
    EXPECT_EQ(row.integer(2), 1);
    EXPECT_EQ(row.text(3), said);
    EXPECT_EQ(row.blob(4), bytes);
    EXPECT_TRUE(row.is_null(5));
    EXPECT_EQ(row.text(5), "");
    EXPECT_EQ(row.integer(5), 0);
    EXPECT_EQ(row.integer_or_null(5), std::nullopt);
    EXPECT_EQ(row.time_or_null(0), at);
  };
  const Query query("SELECT n, r, f, s, b, z FROM t WHERE s = {} AND b = {} AND r = {} AND f = {}",
                    said, Blob{bytes}, 0.1, true);
  const auto reader = value_of(database_->reader());
  int seen = 0;
  value_of(reader->each(query, [&](const Row& row) {
    check(row);
    ++seen;
  }));
  EXPECT_EQ(seen, 1);
  const auto rows = value_of(reader->open(query));
  const Row* row = value_of(rows->next());
  ASSERT_NE(row, nullptr);
  check(*row);
  EXPECT_EQ(value_of(rows->next()), nullptr);
}

TEST_P(EveryConnection, KeepsTheExtremesOfNumbers) {
  script("CREATE TABLE t (i INTEGER PRIMARY KEY, n BIGINT, r DOUBLE PRECISION)");
  using Integers = std::numeric_limits<std::int64_t>;
  using Reals = std::numeric_limits<double>;
  const std::vector<std::int64_t> integers{Integers::min(), Integers::max(), 0, -1, 1};
  const std::vector<double> reals{Reals::max(), Reals::denorm_min(), -0.1, 1.0 / 3,
                                  std::numbers::pi};
  NewRows rows("t", {"i", "n", "r"});
  for (std::size_t i = 0; i < integers.size(); ++i) rows.add(i, integers[i], reals[i]);
  NewRows many("t", {"i", "n", "r"});
  for (std::size_t i = 0; i < 100; ++i)
    many.add(i + 5, integers[i % integers.size()], reals[i % reals.size()]);
  value_of(database_->write([&](Connection& db) -> Result<void> {
    TRY(db.insert_rows(rows));
    return db.insert_rows(many);
  }));
  const auto reader = value_of(database_->reader());
  std::size_t i = 0;
  const Query query("SELECT n, r FROM t ORDER BY i");
  const auto check = [&](const Row& row) {
    EXPECT_EQ(row.integer(0), integers[i % integers.size()]);
    EXPECT_EQ(row.real(1), reals[i % reals.size()]);
    ++i;
  };
  value_of(reader->each(query, check));
  EXPECT_EQ(i, 105u);
  i = 0;
  const auto copied = value_of(reader->open(query));
  while (const Row* row = value_of(copied->next())) check(*row);
  EXPECT_EQ(i, 105u);
  for (const auto n : integers) EXPECT_EQ(number(Query("SELECT {}", n)), n);
}

TEST_P(EveryConnection, PutsIntegersIntoColumnsOfAnyWidth) {
  script("CREATE TABLE t (a SMALLINT, b INTEGER, c BIGINT)");
  value_of(execute(Query("INSERT INTO t VALUES ({}, {}, {})", 1, 2, 3)));
  value_of(execute(Query("INSERT INTO t VALUES ({}, {}, {})", std::optional<int>(), 2, 3)));
  value_of(execute(Query("UPDATE t SET a = {} WHERE a IS NULL", 7)));
  // A value that no SMALLINT can hold compares with one all the same.
  EXPECT_EQ(number(Query("SELECT COUNT(*) FROM t WHERE a < {} AND b < {}", 5'000'000'000, 100'000)),
            2);
  EXPECT_EQ(number(Query("SELECT SUM(c) FROM t")), 6);
  EXPECT_EQ(number(Query("SELECT MAX(a) FROM t")), 7);
}

TEST_P(EveryConnection, TellsAnEmptyTextAndBlobFromNull) {
  script("CREATE TABLE t (i INTEGER, s TEXT, b " + blob_type() + ")");
  for (int i = 0; i < 40; i += 2) {
    value_of(execute(Query("INSERT INTO t VALUES ({}, {}, {})", i, "", Blob{})));
    value_of(execute(Query("INSERT INTO t VALUES ({}, {}, {})", i + 1, std::optional<std::string>(),
                           std::optional<Blob>())));
  }
  EXPECT_EQ(number(Query("SELECT COUNT(*) FROM t WHERE s IS NULL AND b IS NULL")), 20);
  const auto reader = value_of(database_->reader());
  const auto rows = value_of(reader->open(Query("SELECT s, b FROM t ORDER BY i")));
  for (int i = 0; const Row* row = value_of(rows->next()); ++i) {
    EXPECT_EQ(row->is_null(0), i % 2 == 1);
    EXPECT_EQ(row->is_null(1), i % 2 == 1);
    EXPECT_EQ(row->blob(1), "");
  }
}

TEST_P(EveryConnection, HoldsLargeValues) {
  script("CREATE TABLE t (s TEXT, b " + blob_type() + ")");
  std::string text;
  std::string bytes;
  for (int i = 0; text.size() < 3'000'000; ++i) text += std::to_string(i * 7919) + "\\\t\xc3\xa9";
  for (int i = 0; bytes.size() < 3'000'000; ++i) bytes += static_cast<char>(i * 31);
  value_of(execute(Query("INSERT INTO t VALUES ({}, {})", text, Blob{bytes})));
  const auto reader = value_of(database_->reader());
  value_of(reader->each(Query("SELECT s, b FROM t WHERE s = {}", text), [&](const Row& row) {
    EXPECT_TRUE(row.text(0) == text);
    EXPECT_TRUE(row.blob(1) == bytes);
  }));
  const auto rows = value_of(reader->open(Query("SELECT s, b FROM t WHERE s = {}", text)));
  const Row* row = value_of(rows->next());
  ASSERT_NE(row, nullptr);
  EXPECT_TRUE(row->text(0) == text);
  EXPECT_TRUE(row->blob(1) == bytes);
}

TEST_P(EveryConnection, TakesPlaceholdersInAnyOrderAndAgain) {
  Query query("SELECT $2 || $1 || $2 || '$1' /* $3 */");
  query.append("|| {} || {}", "a", "b");
  EXPECT_EQ(text(query), "bab$1ab");
  const auto reader = value_of(database_->reader());
  const auto rows = value_of(reader->open(query));
  EXPECT_EQ(value_of(rows->next())->text(0), "bab$1ab");
}

TEST_P(EveryConnection, RefusesAWrongNumberOfValues) {
  EXPECT_EQ(execute(Query("SELECT $1")).error().kind, ErrorKind::internal);
  EXPECT_EQ(execute(Query("SELECT 1 {}", "x")).error().kind, ErrorKind::internal);
}

TEST_P(EveryConnection, CountsTheRowsThatAStatementChanged) {
  EXPECT_EQ(value_of(execute(Query("CREATE TABLE t (n BIGINT PRIMARY KEY)"))), 0);
  EXPECT_EQ(value_of(execute(Query("INSERT INTO t VALUES (1), (2), (3)"))), 3);
  EXPECT_EQ(value_of(execute(Query("INSERT INTO t VALUES (3) ON CONFLICT (n) DO NOTHING"))), 0);
  EXPECT_EQ(value_of(execute(Query("UPDATE t SET n = n + 10 WHERE n > {}", 1))), 2);
  EXPECT_EQ(value_of(execute(Query("SELECT n FROM t"))), 0);
  EXPECT_EQ(value_of(execute(Query("DELETE FROM t RETURNING n"))), 3);
}

TEST_P(EveryConnection, ForgetsTheValuesOfTheLastUse) {
  EXPECT_EQ(text(Query("SELECT COALESCE({}, 'none')", "some")), "some");
  EXPECT_EQ(text(Query("SELECT COALESCE({}, 'none')", std::optional<std::string>())), "none");
}

TEST_P(EveryConnection, ReadsTheSameStatementInsideItself) {
  script("CREATE TABLE t (n BIGINT); INSERT INTO t VALUES (1), (2), (3)");
  const Query query("SELECT n FROM t ORDER BY n");
  std::vector<std::int64_t> seen;
  const auto reader = value_of(database_->reader());
  value_of(reader->each(query, [&](const Row& outer) {
    value_of(reader->each(query, [&](const Row& inner) {
      seen.push_back(outer.integer(0) * 10 + inner.integer(0));
    }));
  }));
  EXPECT_THAT(seen, ElementsAre(11, 12, 13, 21, 22, 23, 31, 32, 33));
}

TEST_P(EveryConnection, GivesAStatementBackWhenTheReaderThrows) {
  const Query query("SELECT 1");
  const auto reader = value_of(database_->reader());
  const auto sink = [](const Row&) { throw std::runtime_error("enough"); };
  EXPECT_THROW((void)reader->each(query, sink), std::runtime_error);
  EXPECT_EQ(number(*reader, query), 1);
}

TEST_P(EveryConnection, SeesANewColumnThroughAKeptStatement) {
  script("CREATE TABLE t (n BIGINT); INSERT INTO t VALUES (1)");
  const Query query("SELECT * FROM t");
  const auto reader = value_of(database_->reader());
  EXPECT_EQ(number(*reader, query), 1);
  value_of(execute(query));
  script("ALTER TABLE t ADD COLUMN s TEXT DEFAULT 'new'");
  const auto second = [](const Row& row) { return std::string(row.text(1)); };
  EXPECT_EQ(value_of(reader->row(query, second)), "new");
  std::string seen;
  value_of(database_->write([&](Connection& db) -> Result<void> {
    seen = TRY(db.row(query, second)).value_or("nothing");
    return {};
  }));
  EXPECT_EQ(seen, "new");
}

TEST_P(EveryConnection, SeesANewColumnThroughAKeptStatementInASnapshot) {
  script("CREATE TABLE t (n BIGINT); INSERT INTO t VALUES (1)");
  const Query query("SELECT * FROM t");
  const auto reader = value_of(database_->reader());
  EXPECT_EQ(number(*reader, query), 1);
  script("ALTER TABLE t ADD COLUMN s TEXT DEFAULT 'new'");
  const auto snapshot = value_of(Snapshot::begin(*reader));
  EXPECT_EQ(value_of(reader->row(query, [](const Row& row) { return std::string(row.text(1)); })),
            "new");
}

TEST_P(EveryConnection, PullsRowsOneByOneWithValuesThatAreGone) {
  script("CREATE TABLE t (n BIGINT)");
  value_of(execute(Query("INSERT INTO t VALUES (1), (2)")));
  const auto reader = value_of(database_->reader());
  std::unique_ptr<Rows> rows;
  {
    const Query query("SELECT {}, n FROM t ORDER BY n", std::string(100, 'x'));
    rows = value_of(reader->open(query));
  }
  EXPECT_EQ(value_of(rows->next())->text(0), std::string(100, 'x'));
  EXPECT_EQ(value_of(rows->next())->integer(1), 2);
  EXPECT_EQ(value_of(rows->next()), nullptr);
  EXPECT_EQ(value_of(rows->next()), nullptr);
}

TEST_P(EveryConnection, GoesOnAfterRowsThatWereLeftMidway) {
  script("CREATE TABLE t (n BIGINT, s TEXT)");
  NewRows rows("t", {"n", "s"});
  for (int i = 0; i < 50'000; ++i) rows.add(i, std::string(100, 'x'));
  value_of(database_->write([&](Connection& db) { return db.insert_rows(rows); }));
  const Query all("SELECT n, s FROM t ORDER BY n");
  const auto reader = value_of(database_->reader());
  for (int pulled : {0, 1, 1000}) {
    const auto open = value_of(reader->open(all));
    for (int i = 0; i < pulled; ++i) EXPECT_EQ(value_of(open->next())->integer(0), i);
  }
  EXPECT_EQ(number(*reader, Query("SELECT COUNT(*) FROM t")), 50'000);
  {
    const auto snapshot = value_of(Snapshot::begin(*reader));
    EXPECT_EQ(value_of(value_of(reader->open(all))->next())->integer(0), 0);
    script("DELETE FROM t");
    EXPECT_EQ(number(*reader, Query("SELECT COUNT(*) FROM t")), 50'000);
  }
  EXPECT_EQ(number(*reader, Query("SELECT COUNT(*) FROM t")), 0);
}

TEST_P(EveryConnection, NamesTheKindOfAnError) {
  script(
      "CREATE TABLE t (n BIGINT PRIMARY KEY, u TEXT UNIQUE, c TEXT CHECK (c <> 'bad')); "
      "INSERT INTO t VALUES (1, 'a', 'good')");
  const auto kind = [&](std::string_view sql) { return execute(Query(sql)).error().kind; };
  EXPECT_EQ(kind("INSERT INTO t VALUES (1, 'b', 'good')"), ErrorKind::conflict);
  EXPECT_EQ(kind("INSERT INTO t VALUES (2, 'a', 'good')"), ErrorKind::conflict);
  EXPECT_EQ(kind("INSERT INTO t VALUES (2, 'b', 'bad')"), ErrorKind::internal);
  EXPECT_EQ(kind("SELECT nothing FROM nowhere"), ErrorKind::internal);
  const auto reader = value_of(database_->reader());
  EXPECT_EQ(reader->open(Query("SELECT nothing FROM nowhere")).error().kind, ErrorKind::internal);
  EXPECT_EQ(number(*reader, Query("SELECT COUNT(*) FROM t")), 1);
}

TEST_P(EveryConnection, NeverWritesThroughAReader) {
  script("CREATE TABLE t (n BIGINT)");
  const auto reader = value_of(database_->reader());
  EXPECT_FALSE(reader->execute(Query("INSERT INTO t VALUES (1)")));
  EXPECT_FALSE(reader->run_script("INSERT INTO t VALUES (1)"));
  EXPECT_EQ(number(*reader, Query("SELECT COUNT(*) FROM t")), 0);
}

TEST_P(EveryConnection, ASnapshotStandsStillWhileOthersWrite) {
  script("CREATE TABLE t (n BIGINT)");
  const auto reader = value_of(database_->reader());
  const Query count("SELECT COUNT(*) FROM t");
  {
    const auto snapshot = value_of(Snapshot::begin(*reader));
    EXPECT_EQ(number(*reader, count), 0);
    value_of(execute(Query("INSERT INTO t VALUES (1)")));
    {
      const auto inner = value_of(Snapshot::begin(*reader));
      EXPECT_EQ(number(*reader, count), 0);
    }
    EXPECT_EQ(number(*reader, count), 0);
    const auto rows = value_of(reader->open(Query("SELECT n FROM t")));
    EXPECT_EQ(value_of(rows->next()), nullptr);
  }
  EXPECT_EQ(number(*reader, count), 1);
}

TEST_P(EveryConnection, ASnapshotInsideAWriteLeavesTheTransactionOpen) {
  script("CREATE TABLE t (n BIGINT)");
  value_of(database_->write([&](Connection& db) -> Result<void> {
    {
      const auto snapshot = TRY(Snapshot::begin(db));
    }
    TRY(db.execute(Query("INSERT INTO t VALUES (1)")));
    return {};
  }));
  EXPECT_EQ(number(Query("SELECT COUNT(*) FROM t")), 1);
}

TEST_P(EveryConnection, KeepsTheLatestOfManyStatements) {
  const auto reader = value_of(database_->reader());
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 300; ++i)
      EXPECT_EQ(number(*reader, Query("SELECT " + std::to_string(i))), i);
  for (int i = 0; i < 300; ++i) {
    const auto snapshot = value_of(Snapshot::begin(*reader));
    EXPECT_EQ(number(*reader, Query("SELECT 1, " + std::to_string(i))), 1);
  }
  for (int i = 0; i < 30; ++i)
    value_of(database_->write([&](Connection& db) -> Result<void> {
      for (int j = 0; j < 90; ++j) TRY(db.post(Query("SELECT 2, " + std::to_string(i * 90 + j))));
      return {};
    }));
}

TEST_P(EveryConnection, PostsStatementsInTheirOrder) {
  script("CREATE TABLE t (n BIGINT PRIMARY KEY, v BIGINT)");
  std::int64_t between = 0;
  value_of(database_->write([&](Connection& db) -> Result<void> {
    for (int i = 0; i < 10'000; ++i) TRY(db.post(Query("INSERT INTO t VALUES ({}, 0)", i)));
    TRY(db.post(Query("UPDATE t SET v = n")));
    between = number(db, Query("SELECT COUNT(*) FROM t WHERE v = n"));
    return db.post(Query("DELETE FROM t WHERE n >= {}", 100));
  }));
  EXPECT_EQ(between, 10'000);
  EXPECT_EQ(number(Query("SELECT COUNT(*) FROM t")), 100);
}

TEST_P(EveryConnection, SaysAtTheCommitAtTheLatestWhatAPostedStatementDidWrong) {
  script("CREATE TABLE t (n BIGINT PRIMARY KEY); INSERT INTO t VALUES (1)");
  const auto written = database_->write([&](Connection& db) -> Result<void> {
    TRY(db.post(Query("INSERT INTO t VALUES (7)")));
    TRY(db.post(Query("INSERT INTO t VALUES (1)")));
    return db.post(Query("INSERT INTO t VALUES (8)"));
  });
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::conflict);
  EXPECT_EQ(number(Query("SELECT COUNT(*) FROM t")), 1);
  const auto read_after = database_->write([&](Connection& db) -> Result<void> {
    TRY(db.post(Query("INSERT INTO nowhere VALUES (1)")));
    TRY(db.execute(Query("SELECT 1")));
    ADD_FAILURE() << "went on";
    return {};
  });
  EXPECT_EQ(read_after.error().kind, ErrorKind::internal);
  EXPECT_THAT(read_after.error().message, HasSubstr("nowhere"));
}

TEST_P(EveryConnection, InsertsManyRowsAtOnce) {
  script("CREATE TABLE t (n BIGINT PRIMARY KEY, s TEXT, b " + blob_type() + ", f BOOLEAN)");
  for (const int count : {0, 1, 15, 16, 1000}) {
    value_of(execute(Query("DELETE FROM t")));
    value_of(database_->write([&](Connection& db) -> Result<void> {
      NewRows rows("t", {"n", "s", "b", "f"});
      for (int i = 0; i < count; ++i)
        rows.add(i, "line\t" + std::to_string(i) + "\\\n", Blob{std::string("\0\\x", 3)},
                 i % 3 == 0 ? std::optional<bool>() : i % 3 == 1);
      TRY(db.post(Query("INSERT INTO t VALUES (-1, 'before', NULL, NULL)")));
      TRY(db.insert_rows(rows));
      return db.post(Query("INSERT INTO t VALUES (-2, 'after', NULL, NULL)"));
    }));
    EXPECT_EQ(number(Query("SELECT COUNT(*) FROM t")), count + 2);
    EXPECT_EQ(number(Query("SELECT COUNT(*) FROM t WHERE f IS NULL AND n >= 0")), (count + 2) / 3);
    EXPECT_EQ(number(Query("SELECT COUNT(*) FROM t WHERE b = {} AND s LIKE {}",
                           Blob{std::string("\0\\x", 3)}, "line\t%\n")),
              count);
  }
}

TEST_P(EveryConnection, InsertsNoneOfManyRowsWhenOneIsThere) {
  script("CREATE TABLE t (n BIGINT PRIMARY KEY); INSERT INTO t VALUES (500)");
  NewRows rows("t", {"n"});
  for (int i = 0; i < 1000; ++i) rows.add(i);
  const auto written = database_->write([&](Connection& db) { return db.insert_rows(rows); });
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::conflict);
  EXPECT_EQ(number(Query("SELECT COUNT(*) FROM t")), 1);
  NewRows torn("t", {"n", "m"});
  torn.add(1);
  EXPECT_EQ(database_->write([&](Connection& db) { return db.insert_rows(torn); }).error().kind,
            ErrorKind::internal);
}

TEST_P(EveryConnection, LendsTheConnectionGivenBackLast) {
  const auto first = value_of(database_->reader());
  Connection* last = nullptr;
  {
    const auto second = value_of(database_->reader());
    EXPECT_NE(&*first, &*second);
    last = &*second;
  }
  EXPECT_EQ(&*value_of(database_->reader()), last);
}

}  // namespace
}  // namespace sextant::db
