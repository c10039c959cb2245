// For tests that run on every database we have: a store of their own on SQLite, then on PostgreSQL.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "db/database.hpp"
#include "testing/db_postgres_server.hpp"
#include "testing/db_sqlite.hpp"

namespace sextant::testing {

// A store that is gone at the end of the scope: empty and migrated, or without any table.
class AnyDatabase {
 public:
  enum class Schema { ours, none };

  explicit AnyDatabase(db::Dialect dialect, Schema schema = Schema::ours);
  AnyDatabase(const AnyDatabase&) = delete;
  AnyDatabase& operator=(const AnyDatabase&) = delete;
  ~AnyDatabase();

  db::Database& operator*() const { return *database_; }
  db::Database* operator->() const { return database_.get(); }
  db::Dialect dialect() const { return dialect_; }
  const std::filesystem::path& directory() const { return directory_.path(); }

  // Another opening of the same store, as another process would have.
  std::unique_ptr<db::Database> open_again() const { return value_of(try_to_open({})); }
  Result<std::unique_ptr<db::Database>> try_to_open(db::Settings settings) const;
  // What `database.url` says of it; empty on SQLite.
  Secret url() const;

 private:
  db::Dialect dialect_;
  TemporaryDirectory directory_;
  std::string name_;  // on PostgreSQL
  std::unique_ptr<db::Database> database_;
};

// A fixture with such a store. Say SEXTANT_ON_EVERY_DATABASE(Fixture) after it, and TEST_P.
class EveryDatabase : public ::testing::TestWithParam<db::Dialect> {
 protected:
  explicit EveryDatabase(AnyDatabase::Schema schema = AnyDatabase::Schema::ours)
      : database_(GetParam(), schema) {}
  bool is_postgresql() const { return GetParam() == db::Dialect::postgresql; }

  AnyDatabase database_;
};

inline std::string dialect_name(const ::testing::TestParamInfo<db::Dialect>& info) {
  return info.param == db::Dialect::sqlite ? "Sqlite" : "Postgresql";
}

}  // namespace sextant::testing

#define SEXTANT_ON_EVERY_DATABASE(fixture)                                                   \
  INSTANTIATE_TEST_SUITE_P(                                                                  \
      On, fixture,                                                                           \
      ::testing::Values(::sextant::db::Dialect::sqlite, ::sextant::db::Dialect::postgresql), \
      ::sextant::testing::dialect_name)
