#include "testing/db_every_database.hpp"

#include <fmt/format.h>

namespace sextant::testing {

AnyDatabase::AnyDatabase(db::Dialect dialect, Schema schema) : dialect_(dialect) {
  if (dialect == db::Dialect::postgresql) {
    PostgresServer& server = PostgresServer::shared();
    name_ = server.new_name();
    server.run(fmt::format("CREATE DATABASE {} TEMPLATE {}", name_,
                           schema == Schema::ours ? server.migrated() : "template0"));
  }
  database_ = open_again();
  if (dialect == db::Dialect::sqlite && schema == Schema::ours) value_of(db::migrate(*database_));
}

AnyDatabase::~AnyDatabase() {
  database_.reset();
  if (name_.empty()) return;
  try {
    PostgresServer::shared().run(fmt::format("DROP DATABASE {} WITH (FORCE)", name_));
  } catch (const std::exception&) {
    // It goes with the server.
  }
}

Result<std::unique_ptr<db::Database>> AnyDatabase::try_to_open(db::Settings settings) const {
  if (dialect_ == db::Dialect::sqlite)
    return db::open_sqlite(directory_.path() / "sextant.db", settings);
  settings.url = url();
  return db::open_postgres(settings);
}

Secret AnyDatabase::url() const {
  return name_.empty() ? Secret() : PostgresServer::shared().url(name_);
}

}  // namespace sextant::testing
