// A server that stops, dies, or falls silent while it is used.
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "db/database.hpp"
#include "testing/db_postgres_server.hpp"

namespace sextant::db {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using ::testing::HasSubstr;
using testing::PostgresServer;
using testing::value_of;

constexpr auto make_tables = [](Connection& db) {
  return db.run_script(
      "CREATE TABLE schema_versions (name TEXT, checksum TEXT, applied_at BIGINT); "
      "CREATE TABLE t (writer BIGINT, n BIGINT, twin BIGINT)");
};

Result<std::int64_t> count(Database& database, std::string_view condition) {
  auto reader = TRY(database.reader());
  const Query query("SELECT COUNT(*) FROM t WHERE " + std::string(condition));
  return TRY(reader->row(query, [](const Row& row) { return row.integer(0); })).value();
}

// Readers and writers that go on whatever happens, and what they were told.
class Load {
 public:
  explicit Load(Database& database) : database_(database) {
    for (std::int64_t writer = 0; writer < 3; ++writer)
      threads_.emplace_back([this, writer] { write(writer); });
    for (int reader = 0; reader < 2; ++reader) threads_.emplace_back([this] { read(); });
  }
  ~Load() { is_over_ = true; }

  void await_more() {
    const int reads = reads_;
    const int writes = writes_;
    const auto until = steady_clock::now() + 30s;
    while ((reads_ < reads + 20 || writes_ < writes + 20) && steady_clock::now() < until)
      std::this_thread::yield();
    EXPECT_GE(reads_, reads + 20);
    EXPECT_GE(writes_, writes + 20);
  }
  void await_errors() {
    const int errors = errors_;
    const auto until = steady_clock::now() + 30s;
    while (errors_ < errors + 20 && steady_clock::now() < until) std::this_thread::yield();
    EXPECT_GE(errors_, errors + 20);
  }
  // How often each number was acknowledged; after the end.
  using Key = std::pair<std::int64_t, std::int64_t>;
  std::vector<Key> finish() {
    is_over_ = true;
    threads_.clear();
    return acknowledged_;
  }

 private:
  void write(std::int64_t writer) {
    for (std::int64_t n = 0; !is_over_; ++n) {
      const auto written = database_.write([&](Connection& db) -> Result<void> {
        const Query insert("INSERT INTO t VALUES ({}, {}, 0)", writer, n);
        if (n % 2 == 0)
          TRY(db.post(insert));
        else
          TRY(db.execute(insert));
        return db.post(Query("INSERT INTO t VALUES ({}, {}, 1)", writer, n));
      });
      note(written.has_value() ? nullptr : &written.error());
      if (!written) continue;
      ++writes_;
      const std::lock_guard lock(mutex_);
      acknowledged_.emplace_back(writer, n);
    }
  }
  void read() {
    while (!is_over_) {
      // Twins are written together.
      const auto balance = [&]() -> Result<std::int64_t> {
        auto reader = TRY(database_.reader());
        const auto snapshot = TRY(Snapshot::begin(*reader));
        std::int64_t sums[2];
        for (const int twin : {0, 1})
          sums[twin] = TRY(reader->row(Query("SELECT COUNT(*) FROM t WHERE twin = {}", twin),
                                       [](const Row& row) { return row.integer(0); }))
                           .value();
        return sums[0] - sums[1];
      }();
      note(balance.has_value() ? nullptr : &balance.error());
      if (!balance) continue;
      EXPECT_EQ(*balance, 0);
      ++reads_;
    }
  }
  void note(const Error* error) {
    if (!error) return;
    EXPECT_EQ(error->kind, ErrorKind::unavailable) << error->message;
    ++errors_;
  }

  Database& database_;
  std::atomic<bool> is_over_ = false;
  std::atomic<int> reads_ = 0;
  std::atomic<int> writes_ = 0;
  std::atomic<int> errors_ = 0;
  std::mutex mutex_;
  std::vector<Key> acknowledged_;
  std::vector<std::jthread> threads_;
};

TEST(PostgresOutage, CostsErrorsAndEndsByItself) {
  PostgresServer server;
  const auto database = value_of(open_postgres({.url = server.url("postgres")}));
  value_of(database->write(make_tables));
  Load load(*database);
  load.await_more();
  for (int round = 0; round < 2; ++round) {
    server.stop();
    load.await_errors();
    const auto asked_at = steady_clock::now();
    const auto read = count(*database, "TRUE");
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, HasSubstr("database postgres at"));
    EXPECT_LT(steady_clock::now() - asked_at, 4s);
    server.start();
    load.await_more();
  }
  const auto acknowledged = load.finish();
  EXPECT_GE(value_of(count(*database, "twin = 0")), static_cast<std::int64_t>(acknowledged.size()));
}

TEST(PostgresOutage, LosesNothingAcknowledgedWhenTheServerIsKilled) {
  PostgresServer server(PostgresServer::Disk::safe);
  const auto database = value_of(open_postgres({.url = server.url("postgres")}));
  value_of(database->write(make_tables));
  for (int round = 0; round < 5; ++round) {
    std::vector<Load::Key> acknowledged;
    {
      Load load(*database);
      load.await_more();
      server.kill_nine();
      load.await_errors();
      server.start();
      load.await_more();
      acknowledged = load.finish();
    }
    std::map<Load::Key, std::int64_t> stored;
    const auto reader = value_of(database->reader());
    value_of(reader->each(
        Query("SELECT writer, n, COUNT(*) FROM t GROUP BY writer, n"),
        [&](const Row& row) { stored[{row.integer(0), row.integer(1)}] = row.integer(2); }));
    for (const auto& key : acknowledged)
      EXPECT_EQ(stored[key], 2) << "writer " << key.first << ", " << key.second;
    for (const auto& [key, times] : stored) EXPECT_TRUE(times == 0 || times == 2) << times;
    value_of(database->write([](Connection& db) { return db.run_script("TRUNCATE t"); }));
  }
}

TEST(PostgresOutage, GivesUpAServerThatDoesNotAnswer) {
  PostgresServer server;
  const auto database =
      value_of(open_postgres({.url = server.url("postgres"), .statement_timeout = 500ms}));
  value_of(database->write(make_tables));
  value_of(database->write([](Connection&) -> Result<void> { return {}; }));
  EXPECT_EQ(value_of(count(*database, "TRUE")), 0);
  server.pause();
  const auto written = database->write(
      [](Connection& db) { return db.post(Query("INSERT INTO t VALUES (1, 1, 1)")); });
  EXPECT_EQ(written.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(written.error().message, HasSubstr("does not answer"));
  EXPECT_THAT(written.error().message, HasSubstr("not known"));
  server.go_on();
  const auto until = steady_clock::now() + 30s;
  while (!count(*database, "TRUE") && steady_clock::now() < until) std::this_thread::yield();
  EXPECT_TRUE(count(*database, "TRUE"));
}

TEST(PostgresOutage, SaysThatAStandbyTakesNoWrites) {
  PostgresServer server;
  value_of(value_of(open_postgres({.url = server.url("postgres")}))->write(make_tables));
  server.stop();
  server.be_standby();
  server.start();
  const auto refused = open_postgres({.url = server.url("postgres")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("standby"));

  const Secret any(server.url_text("postgres", "postgres", "&target_session_attrs=any"));
  const auto database = value_of(open_postgres({.url = any}));
  EXPECT_EQ(value_of(count(*database, "TRUE")), 0);
  const auto written = database->write(
      [](Connection& db) { return db.post(Query("INSERT INTO t VALUES (1, 1, 1)")); });
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(written.error().message, HasSubstr("standby"));
}

}  // namespace
}  // namespace sextant::db
