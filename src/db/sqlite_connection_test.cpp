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

TEST_F(SqliteConnectionTest, KeepsATextWithANulInIt) {
  const std::string said("a\0b", 3);
  EXPECT_EQ(text(*writer_, Query("SELECT {}", said)), said);
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

}  // namespace
}  // namespace sextant::db
