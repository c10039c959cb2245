#include "db/sqlite_writer.hpp"

#include <sys/mount.h>

#include <atomic>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "db/database.hpp"
#include "testing/db_child_process.hpp"
#include "testing/db_sqlite.hpp"

namespace sextant::db {
namespace {

using ::testing::HasSubstr;
using testing::value_of;

Result<void> insert(Connection& connection, std::int64_t writer, std::int64_t n) {
  TRY(connection.execute(Query("INSERT INTO t (writer, n) VALUES ({}, {})", writer, n)));
  return {};
}

std::int64_t count(Database& database) {
  return value_of(value_of(database.reader())
                      ->row(Query("SELECT COUNT(*) FROM t"),
                            [](const Row& row) { return row.integer(0); }))
      .value();
}

constexpr auto make_table = [](Connection& connection) {
  return connection.run_script(
      "CREATE TABLE IF NOT EXISTS t (writer BIGINT, n BIGINT, filler TEXT, PRIMARY KEY (writer, "
      "n))");
};

class SqliteWriterTest : public ::testing::Test {
 protected:
  void SetUp() override { value_of(database_->write(make_table)); }

  testing::TemporaryDirectory directory_;
  std::filesystem::path file_ = directory_.path() / "store.db";
  std::unique_ptr<Database> database_ = value_of(open_sqlite(file_, {}));
};

TEST_F(SqliteWriterTest, SharesACommitAmongThoseThatWait) {
  constexpr int writers = 16;
  constexpr int writes = 20;
  std::set<std::int64_t>
      states;  // how many rows were committed, seen from outside within each write
  {
    std::vector<std::jthread> threads;
    for (int writer = 0; writer < writers; ++writer)
      threads.emplace_back([&, writer] {
        for (int n = 0; n < writes; ++n)
          value_of(database_->write([&](Connection& connection) {
            states.insert(count(*database_));
            return insert(connection, writer, n);
          }));
      });
  }
  EXPECT_EQ(count(*database_), writers * writes);
  EXPECT_LT(states.size(), writers * writes / 2u);
}

TEST_F(SqliteWriterTest, RunsTheOthersAgainWhenOneEndsTheTransaction) {
  constexpr int writers = 8;
  std::atomic<int> written = 0;
  {
    std::vector<std::jthread> threads;
    for (int writer = 0; writer < writers; ++writer)
      threads.emplace_back([&, writer] {
        for (int n = 0; n < 20; ++n)
          if (database_->write([&](Connection& connection) -> Result<void> {
                TRY(insert(connection, writer, n));
                return writer == 0 ? connection.run_script("ROLLBACK") : Result<void>();
              }))
            ++written;
      });
  }
  EXPECT_EQ(written, (writers - 1) * 20);
  EXPECT_EQ(count(*database_), (writers - 1) * 20);
}

TEST_F(SqliteWriterTest, TakesTurnsWithAnotherWriterOfTheSameFile) {
  constexpr int writes = 200;
  const auto other = value_of(open_sqlite(file_, {}));
  {
    std::vector<std::jthread> threads;
    for (int writer = 0; writer < 4; ++writer)
      threads.emplace_back([&, writer] {
        Database& database = writer % 2 ? *other : *database_;
        for (int n = 0; n < writes; ++n)
          value_of(database.write(
              [&](Connection& connection) { return insert(connection, writer, n); }));
      });
  }
  EXPECT_EQ(count(*database_), 4 * writes);
}

TEST_F(SqliteWriterTest, LetsAnotherProcessInSoonHoweverMuchItWrites) {
  const auto other = value_of(open_sqlite(file_, {}));
  std::atomic<bool> is_over = false;
  std::atomic<int> written = 0;
  std::jthread busy([&] {
    for (std::int64_t n = 0; !is_over; n += 500) {
      value_of(database_->write([&](Connection& connection) -> Result<void> {
        for (int i = 0; i < 500; ++i) TRY(insert(connection, 1, n + i));
        return {};
      }));
      ++written;
      written.notify_one();
    }
  });
  constexpr int turns = 20;
  int waited_for = 0;
  for (int n = 0; n < turns; ++n) {
    const int before = written;
    written.wait(before);  // it is at it again
    value_of(other->write([&](Connection& connection) { return insert(connection, 2, n); }));
    waited_for += written - before;
  }
  is_over = true;
  EXPECT_LT(waited_for, turns * 40);
}

// A store that has no room left: its size is bounded, or its disk is full.
void expect_to_survive_a_full_store(Database& database, const std::function<void()>& make_room) {
  const std::string filler(4000, 'x');
  const auto write_much = [&](Connection& connection) -> Result<void> {
    for (int n = 0; n < 2000; ++n)
      TRY(connection.execute(Query("INSERT INTO t VALUES ({}, {}, {})", 9, n, filler)));
    return {};
  };
  value_of(database.write([](Connection& connection) { return insert(connection, 1, 1); }));
  for (int round = 0; round < 3; ++round) {
    const auto written = database.write(write_much);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(written.error().message, HasSubstr("the disk is full"));
    EXPECT_EQ(count(database), 1);
  }
  make_room();
  value_of(database.write(write_much));
  EXPECT_EQ(count(database), 2001);
}

TEST_F(SqliteWriterTest, GoesOnAfterAFullStoreHasRoomAgain) {
  const auto bound = [&](std::string pages) {
    value_of(database_->write([&](Connection& connection) {
      return connection.run_script("PRAGMA max_page_count=" + pages);
    }));
  };
  bound("300");
  expect_to_survive_a_full_store(*database_, [&] { bound("1000000"); });
}

// A directory that is a disk of its own, too small for much.
class SmallDisk {
 public:
  explicit SmallDisk(std::filesystem::path at) : at_(std::move(at)) {
    is_mounted_ = mount("tmpfs", at_.c_str(), "tmpfs", 0, "size=24m") == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (is_mounted_) umount(at_.c_str());
  }
  bool is_mounted() const { return is_mounted_; }

 private:
  std::filesystem::path at_;
  bool is_mounted_ = false;
};

TEST(FullDisk, IsSaidClearlyAndWritesResumeByThemselves) {
  testing::TemporaryDirectory directory;
  const SmallDisk disk(directory.path());
  if (!disk.is_mounted()) GTEST_SKIP() << "needs the right to mount a small disk";
  const auto ballast = directory.path() / "ballast";
  const auto database = value_of(open_sqlite(directory.path() / "store.db", {}));
  value_of(database->write(make_table));
  std::ofstream(ballast) << std::string(20 << 20, 'x');
  expect_to_survive_a_full_store(*database, [&] { std::filesystem::remove(ballast); });
}

struct Acknowledged {
  std::int64_t writer;
  std::int64_t n;
};

// Writes with several threads and says what it was told is durable, until it is killed.
void write_until_killed(const std::filesystem::path& file, std::int64_t round,
                        const testing::ChildProcess::Pipes& pipes) {
  const auto database = value_of(open_sqlite(file, {}));
  value_of(database->write(make_table));
  std::vector<std::jthread> threads;
  for (std::int64_t thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (std::int64_t n = 0;; ++n) {
        const Acknowledged row{round * 10 + thread, n};
        value_of(database->write(
            [&](Connection& connection) { return insert(connection, row.writer, row.n); }));
        (void)!write(pipes.out, &row, sizeof row);
      }
    });
}

TEST(KillNine, LosesNothingThatWasAcknowledged) {
  testing::TemporaryDirectory directory;
  const auto file = directory.path() / "store.db";
  std::mt19937 random(20260501);
  std::map<std::int64_t, std::int64_t> last;  // what each writer was told last
  for (std::int64_t round = 0; round < 50; ++round) {
    testing::ChildProcess child([&](const auto& pipes) { write_until_killed(file, round, pipes); });
    Acknowledged row{};
    for (auto left = random() % 150; left > 0; --left) {
      ASSERT_EQ(read(child.pipes().in, &row, sizeof row), static_cast<ssize_t>(sizeof row));
      last[row.writer] = row.n;
    }
    child.kill();
    child.join();
    while (read(child.pipes().in, &row, sizeof row) == sizeof row) last[row.writer] = row.n;

    const auto database = value_of(open_sqlite(file, {}));
    value_of(database->write(make_table));
    auto reader = value_of(database->reader());
    for (const auto& [writer, n] : last) {
      const auto found =
          reader->row(Query("SELECT COUNT(*), MAX(n) FROM t WHERE writer = {}", writer),
                      [](const Row& r) { return std::pair(r.integer(0), r.integer(1)); });
      const auto [rows, highest] = value_of(found).value();
      EXPECT_GE(highest, n) << "writer " << writer;
      EXPECT_EQ(rows, highest + 1) << "writer " << writer;
    }
  }
  EXPECT_FALSE(last.empty());
}

}  // namespace
}  // namespace sextant::db
