#include "db/sqlite_connection.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "db/database.hpp"
#include "testing/db_child_process.hpp"
#include "testing/db_sqlite.hpp"

namespace sextant::db {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::value_of;

class SqliteConnectionTest : public ::testing::Test {
 protected:
  std::unique_ptr<SqliteConnection> connect(Access access) {
    return value_of(SqliteConnection::open(file_, access, std::chrono::milliseconds{200}, epoch_));
  }
  static std::int64_t number(Connection& connection, const Query& query) {
    return value_of(connection.row(query, [](const Row& row) { return row.integer(0); })).value();
  }
  static std::string text(Connection& connection, const Query& query) {
    return value_of(connection.row(query, [](const Row& row) { return std::string(row.text(0)); }))
        .value();
  }

  testing::TemporaryDirectory directory_;
  std::filesystem::path file_ = directory_.path() / "store.db";
  SqliteEpoch epoch_;
  std::unique_ptr<SqliteConnection> writer_ = connect(Access::write);
};

TEST_F(SqliteConnectionTest, GivesBackEveryKindOfValue) {
  value_of(writer_->run_script(
      "CREATE TABLE t (n BIGINT, r DOUBLE PRECISION, f BOOLEAN, s TEXT, b BLOB, z TEXT)"));
  const std::string bytes("\0\xff'\"\n", 5);
  const auto at = from_unix_ms(1'777'777'777'777);
  value_of(writer_->execute(Query("INSERT INTO t VALUES ({}, {}, {}, {}, {}, {})", at, 0.1, true,
                                  std::string_view("a\0b \xe2\x82\xac", 7), Blob{bytes},
                                  std::optional<int>())));

  const auto seen =
      value_of(writer_->rows(Query("SELECT n, r, f, s, b, z FROM t"), [&](const Row& row) {
        EXPECT_EQ(row.time(0), at);
        EXPECT_EQ(row.real(1), 0.1);
        EXPECT_TRUE(row.boolean(2));
        EXPECT_EQ(row.integer(2), 1);
        EXPECT_EQ(row.text(3), std::string_view("a\0b \xe2\x82\xac", 7));
        EXPECT_EQ(row.blob(4), bytes);
        EXPECT_TRUE(row.is_null(5));
        EXPECT_EQ(row.text(5), "");
        EXPECT_EQ(row.integer(5), 0);
        EXPECT_EQ(row.integer_or_null(5), std::nullopt);
        EXPECT_EQ(row.time_or_null(0), at);
        return 0;
      }));
  EXPECT_EQ(seen.size(), 1u);
}

TEST_F(SqliteConnectionTest, KeepsTheExtremesOfIntegers) {
  for (const auto n :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()})
    EXPECT_EQ(number(*writer_, Query("SELECT {}", n)), n);
}

TEST_F(SqliteConnectionTest, TellsAnEmptyTextAndBlobFromNull) {
  EXPECT_EQ(number(*writer_, Query("SELECT {} IS NULL", "")), 0);
  EXPECT_EQ(number(*writer_, Query("SELECT {} IS NULL", Blob{})), 0);
  EXPECT_EQ(number(*writer_, Query("SELECT {} IS NULL", std::optional<std::string>())), 1);
}

TEST_F(SqliteConnectionTest, TakesPlaceholdersInAnyOrderAndAgain) {
  Query query("SELECT $2 || $1 || $2 || '$1' /* $3 */");
  query.append("|| {} || {}", "a", "b");
  EXPECT_EQ(text(*writer_, query), "bab$1ab");
}

TEST_F(SqliteConnectionTest, RefusesAWrongNumberOfValues) {
  EXPECT_EQ(writer_->execute(Query("SELECT $1")).error().kind, ErrorKind::internal);
  EXPECT_EQ(writer_->execute(Query("SELECT 1 {}", "x")).error().kind, ErrorKind::internal);
}

TEST_F(SqliteConnectionTest, CountsTheRowsThatAStatementChanged) {
  EXPECT_EQ(value_of(writer_->execute(Query("CREATE TABLE t (n BIGINT PRIMARY KEY)"))), 0);
  EXPECT_EQ(value_of(writer_->execute(Query("INSERT INTO t VALUES (1), (2), (3)"))), 3);
  EXPECT_EQ(
      value_of(writer_->execute(Query("INSERT INTO t VALUES (3) ON CONFLICT (n) DO NOTHING"))), 0);
  EXPECT_EQ(value_of(writer_->execute(Query("UPDATE t SET n = n + 10 WHERE n > {}", 1))), 2);
  EXPECT_EQ(value_of(writer_->execute(Query("SELECT n FROM t"))), 0);
  EXPECT_EQ(value_of(writer_->execute(Query("DELETE FROM t RETURNING n"))), 3);
}

TEST_F(SqliteConnectionTest, ForgetsTheValuesOfTheLastUse) {
  EXPECT_EQ(text(*writer_, Query("SELECT COALESCE({}, 'none')", "some")), "some");
  EXPECT_EQ(text(*writer_, Query("SELECT COALESCE({}, 'none')", std::optional<std::string>())),
            "none");
}

TEST_F(SqliteConnectionTest, ReadsTheSameStatementInsideItself) {
  const Query query("SELECT value FROM json_each('[1,2,3]')");
  std::vector<std::int64_t> seen;
  value_of(writer_->each(query, [&](const Row& outer) {
    value_of(writer_->each(query, [&](const Row& inner) {
      seen.push_back(outer.integer(0) * 10 + inner.integer(0));
    }));
  }));
  EXPECT_THAT(seen, ElementsAre(11, 12, 13, 21, 22, 23, 31, 32, 33));
}

TEST_F(SqliteConnectionTest, GivesAStatementBackWhenTheReaderThrows) {
  const Query query("SELECT 1");
  const auto sink = [](const Row&) { throw std::runtime_error("enough"); };
  EXPECT_THROW((void)writer_->each(query, sink), std::runtime_error);
  EXPECT_EQ(number(*writer_, query), 1);
}

TEST_F(SqliteConnectionTest, SeesANewColumnThroughAKeptStatement) {
  value_of(writer_->run_script("CREATE TABLE t (n BIGINT); INSERT INTO t VALUES (1)"));
  const Query query("SELECT * FROM t");
  EXPECT_EQ(number(*writer_, query), 1);
  value_of(writer_->run_script("ALTER TABLE t ADD COLUMN s TEXT DEFAULT 'new'"));
  EXPECT_EQ(value_of(writer_->row(query, [](const Row& row) { return std::string(row.text(1)); })),
            "new");
}

TEST_F(SqliteConnectionTest, PullsRowsOneByOneWithValuesThatAreGone) {
  std::unique_ptr<Rows> rows;
  {
    const Query query("SELECT value FROM json_each({})",
                      std::string("[\"") + std::string(100, 'x') + "\", 2]");
    rows = value_of(writer_->open(query));
  }
  EXPECT_EQ(value_of(rows->next())->text(0), std::string(100, 'x'));
  EXPECT_EQ(value_of(rows->next())->integer(0), 2);
  EXPECT_EQ(value_of(rows->next()), nullptr);
  EXPECT_EQ(value_of(rows->next()), nullptr);
}

TEST_F(SqliteConnectionTest, NamesTheKindOfAnError) {
  value_of(writer_->run_script(
      "CREATE TABLE t (n BIGINT PRIMARY KEY, u TEXT UNIQUE, c TEXT CHECK (c <> 'bad')) "
      "WITHOUT ROWID; INSERT INTO t VALUES (1, 'a', 'good')"));
  EXPECT_EQ(writer_->execute(Query("INSERT INTO t VALUES (1, 'b', 'good')")).error().kind,
            ErrorKind::conflict);
  EXPECT_EQ(writer_->execute(Query("INSERT INTO t VALUES (2, 'a', 'good')")).error().kind,
            ErrorKind::conflict);
  EXPECT_EQ(writer_->execute(Query("INSERT INTO t VALUES (2, 'b', 'bad')")).error().kind,
            ErrorKind::internal);
  EXPECT_EQ(writer_->execute(Query("SELECT nothing FROM nowhere")).error().kind,
            ErrorKind::internal);
  EXPECT_EQ(writer_->execute(Query("")).error().kind, ErrorKind::internal);
}

TEST_F(SqliteConnectionTest, IsUnavailableWhileAnotherProcessWritesForTooLong) {
  const auto other = connect(Access::write);
  value_of(other->execute(Query("BEGIN IMMEDIATE")));
  const auto begun = writer_->execute(Query("BEGIN IMMEDIATE"));
  EXPECT_EQ(begun.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(begun.error().message, HasSubstr("busy"));
  value_of(other->execute(Query("COMMIT")));
  value_of(writer_->execute(Query("BEGIN IMMEDIATE")));
}

TEST_F(SqliteConnectionTest, NeverWritesThroughAReader) {
  value_of(writer_->run_script("CREATE TABLE t (n BIGINT)"));
  const auto reader = connect(Access::read);
  EXPECT_FALSE(reader->execute(Query("INSERT INTO t VALUES (1)")));
  EXPECT_EQ(number(*reader, Query("SELECT COUNT(*) FROM t")), 0);
}

TEST_F(SqliteConnectionTest, KeepsTheFileToItsOwner) {
  value_of(writer_->run_script("CREATE TABLE t (n BIGINT)"));
  for (const char* name : {"store.db", "store.db-wal"}) {
    struct stat status{};
    ASSERT_EQ(stat((directory_.path() / name).c_str(), &status), 0) << name;
    EXPECT_EQ(status.st_mode & 0777, 0600u) << name;
  }
}

TEST_F(SqliteConnectionTest, IsSetUpToLoseNothing) {
  EXPECT_EQ(text(*writer_, Query("PRAGMA journal_mode")), "wal");
  EXPECT_EQ(number(*writer_, Query("PRAGMA synchronous")), 2);
  EXPECT_EQ(number(*writer_, Query("PRAGMA foreign_keys")), 1);
  EXPECT_EQ(number(*writer_, Query("PRAGMA wal_autocheckpoint")), 16384);
  EXPECT_EQ(number(*connect(Access::read), Query("PRAGMA cache_size")), -8192);
}

TEST_F(SqliteConnectionTest, RefusesWhatIsNoDatabase) {
  const auto file = directory_.path() / "notes.txt";
  std::ofstream(file) << std::string(8192, 'x');
  const auto opened = open_sqlite(file, {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::invalid);
  EXPECT_THAT(opened.error().message, HasSubstr(file.string()));
}

TEST_F(SqliteConnectionTest, RefusesAFileThatCannotBe) {
  for (const auto& file : {directory_.path() / "missing" / "store.db", directory_.path()}) {
    const auto opened = open_sqlite(file, {});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(opened.error().message, HasSubstr(file.string()));
  }
}

TEST_F(SqliteConnectionTest, NamesTheFileThatIsDamaged) {
  value_of(
      writer_->run_script("CREATE TABLE t (s TEXT); INSERT INTO t SELECT hex(randomblob(500)) FROM "
                          "json_each('[1,2,3,4,5,6,7,8,9]'); PRAGMA wal_checkpoint(TRUNCATE)"));
  writer_.reset();
  std::fstream(file_, std::ios::in | std::ios::out).seekp(4096) << std::string(4096, '\x7f');
  const auto read = connect(Access::read)->execute(Query("SELECT COUNT(s) FROM t"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::internal);
  EXPECT_THAT(read.error().message, HasSubstr(file_.string()));
}

TEST_F(SqliteConnectionTest, ASnapshotStandsStillWhileOthersWrite) {
  value_of(writer_->run_script("CREATE TABLE t (n BIGINT)"));
  const auto reader = connect(Access::read);
  const Query count("SELECT COUNT(*) FROM t");
  {
    const auto snapshot = value_of(Snapshot::begin(*reader));
    EXPECT_EQ(number(*reader, count), 0);
    value_of(writer_->execute(Query("INSERT INTO t VALUES (1)")));
    {
      const auto inner = value_of(Snapshot::begin(*reader));
      EXPECT_EQ(number(*reader, count), 0);
    }
    EXPECT_EQ(number(*reader, count), 0);
  }
  EXPECT_EQ(number(*reader, count), 1);
  EXPECT_FALSE(reader->is_in_transaction());
}

TEST_F(SqliteConnectionTest, ASnapshotInsideAWriteLeavesTheTransactionOpen) {
  value_of(writer_->execute(Query("BEGIN IMMEDIATE")));
  {
    const auto snapshot = value_of(Snapshot::begin(*writer_));
  }
  EXPECT_TRUE(writer_->is_in_transaction());
}

TEST_F(SqliteConnectionTest, TheEpochMovesWithEveryChangeAndOnlyThen) {
  value_of(writer_->run_script("CREATE TABLE t (n BIGINT)"));
  const auto reader = connect(Access::read);
  const auto before = reader->epoch();
  ASSERT_TRUE(before);
  value_of(reader->execute(Query("SELECT * FROM t")));
  EXPECT_EQ(reader->epoch(), before);
  value_of(writer_->run_script("INSERT INTO t VALUES (1)"));
  const auto after = reader->epoch();
  EXPECT_GT(after, before);
  EXPECT_EQ(reader->epoch(), after);
}

TEST_F(SqliteConnectionTest, NoConnectionGivesAnEpochFromBeforeAChange) {
  value_of(writer_->run_script("CREATE TABLE t (n BIGINT)"));
  const auto first = connect(Access::read);
  const auto second = connect(Access::read);
  const auto before = std::max(first->epoch(), second->epoch());
  EXPECT_EQ(first->epoch(), before);
  EXPECT_EQ(second->epoch(), before);
  value_of(writer_->run_script("INSERT INTO t VALUES (1)"));
  EXPECT_GT(second->epoch(), before);
  EXPECT_GT(first->epoch(), before);
  EXPECT_GT(connect(Access::read)->epoch(), before);
}

TEST_F(SqliteConnectionTest, HasNoEpochWithinATransactionWhichWouldNotSeeItMove) {
  value_of(writer_->run_script("CREATE TABLE t (n BIGINT); INSERT INTO t VALUES (1), (2)"));
  const auto reader = connect(Access::read);
  {
    const auto snapshot = value_of(Snapshot::begin(*reader));
    value_of(reader->execute(Query("SELECT * FROM t")));
    EXPECT_EQ(reader->epoch(), std::nullopt);
  }
  {
    const auto rows = value_of(reader->open(Query("SELECT * FROM t")));
    value_of(rows->next());
    EXPECT_EQ(reader->epoch(), std::nullopt);
  }
  EXPECT_NE(reader->epoch(), std::nullopt);
}

TEST_F(SqliteConnectionTest, TheEpochStandsStillWhenNothingIsChanged) {
  value_of(writer_->run_script("CREATE TABLE t (n BIGINT)"));
  const auto reader = connect(Access::read);
  const auto before = reader->epoch();
  value_of(writer_->run_script(
      "BEGIN IMMEDIATE; INSERT INTO t VALUES (1); ROLLBACK; BEGIN IMMEDIATE; COMMIT"));
  EXPECT_EQ(reader->epoch(), before);
  EXPECT_EQ(connect(Access::read)->epoch(), before);
}

TEST_F(SqliteConnectionTest, TheEpochMovesWhileTheLogIsCarriedOverAndBegunAnew) {
  value_of(writer_->run_script("CREATE TABLE t (n BIGINT)"));
  const auto reader = connect(Access::read);
  auto before = reader->epoch();
  for (const char* mode : {"PASSIVE", "RESTART", "TRUNCATE"}) {
    value_of(writer_->run_script(std::string("PRAGMA wal_checkpoint(") + mode +
                                 "); INSERT INTO t VALUES (1)"));
    const auto after = reader->epoch();
    EXPECT_GT(after, before) << mode;
    before = after;
  }
}

TEST(SqliteState, IsNotReadWhileItIsWritten) {
  std::array<std::uint64_t, 12> index{};
  EXPECT_EQ(read_sqlite_state(index.data()), std::nullopt);
  index[0] = index[6] = 3'007'000;
  EXPECT_TRUE(read_sqlite_state(index.data()));
  index[8] = 1;
  EXPECT_EQ(read_sqlite_state(index.data()), std::nullopt);
}

TEST(SqliteEpoch, MovesWhenAnotherProcessWrites) {
  testing::TemporaryDirectory directory;
  const auto file = directory.path() / "store.db";
  testing::ChildProcess child([&](const testing::ChildProcess::Pipes& pipes) {
    pipes.await();
    value_of(value_of(open_sqlite(file, {}))->write([](Connection& connection) -> Result<void> {
      return connection.run_script("CREATE TABLE t (n BIGINT)");
    }));
    pipes.tell();
    pipes.await();  // ends without closing the file, as a server would stay
  });
  const auto database = value_of(open_sqlite(file, {}));
  auto reader = value_of(database->reader());
  const auto before = reader->epoch();
  EXPECT_EQ(reader->epoch(), before);
  child.pipes().tell();
  ASSERT_TRUE(child.pipes().await());
  EXPECT_GT(reader->epoch(), before);
}

TEST(StatementCache, KeepsTheLatestOfManyStatements) {
  testing::TemporaryDirectory directory;
  const auto database = value_of(open_sqlite(directory.path() / "store.db", {}));
  auto reader = value_of(database->reader());
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 300; ++i) {
      const auto read = reader->row(Query("SELECT " + std::to_string(i)),
                                    [](const Row& row) { return row.integer(0); });
      EXPECT_EQ(value_of(read), i);
    }
}

TEST(Pool, LendsTheConnectionGivenBackLast) {
  testing::TemporaryDirectory directory;
  const auto database = value_of(open_sqlite(directory.path() / "store.db", {}));
  auto first = value_of(database->reader());
  Connection* last = nullptr;
  {
    const auto second = value_of(database->reader());
    EXPECT_NE(&*first, &*second);
    last = &*second;
  }
  EXPECT_EQ(&*value_of(database->reader()), last);
}

}  // namespace
}  // namespace sextant::db
