#include "jobs/stoppable_database.hpp"

#include <gtest/gtest.h>

#include "testing/db_sqlite.hpp"

namespace sextant::jobs {
namespace {

using testing::value_of;

const db::Query insert(
    "INSERT INTO organizations (id, public_id, slug, name, created_at)"
    " VALUES (1, 'a', 'acme', 'Acme', 0)");

std::int64_t count(db::Database& database) {
  return *value_of(value_of(database.reader())
                       ->row(db::Query("SELECT COUNT(*) FROM organizations"),
                             [](const db::Row& row) { return row.integer(0); }));
}

Result<void> insert_one(db::Connection& connection) {
  TRY(connection.execute(insert));
  return {};
}

TEST(StoppableDatabase, IsTheStoreUntilItIsStopped) {
  const testing::TemporaryDatabase whole;
  const std::stop_source stop;
  StoppableDatabase database(*whole, stop.get_token());
  value_of(database.write(insert_one));
  EXPECT_EQ(count(database), 1);
}

TEST(StoppableDatabase, NeitherReadsNorWritesOnceItIsStopped) {
  const testing::TemporaryDatabase whole;
  std::stop_source stop;
  StoppableDatabase database(*whole, stop.get_token());
  stop.request_stop();
  EXPECT_EQ(database.write(insert_one).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(database.change(insert, [](const db::Row&) {}).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(database.reader().error().kind, ErrorKind::unavailable);
  EXPECT_EQ(count(*whole), 0);
}

TEST(StoppableDatabase, UndoesAWriteThatWasUnderWay) {
  const testing::TemporaryDatabase whole;
  std::stop_source stop;
  StoppableDatabase database(*whole, stop.get_token());
  EXPECT_FALSE(database.write([&](db::Connection& connection) -> Result<void> {
    TRY(insert_one(connection));
    stop.request_stop();
    return {};
  }));
  EXPECT_EQ(count(*whole), 0);
}

}  // namespace
}  // namespace sextant::jobs
