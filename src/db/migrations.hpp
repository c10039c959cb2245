// The history of the schema: a file for every step, embedded from migrations/. `NNNN_name.sql` runs
// on every database, `NNNN_name.sqlite.sql` and `NNNN_name.postgres.sql` after it on one only. Two
// macros stand where the databases differ: ${clustered} after a table's last bracket keeps its rows
// in the order of the key where that exists, ${blob} is the type of bytes. A TEXT column of a
// common file is compared byte by byte on every database.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/embedded_file.hpp"
#include "db/database.hpp"

namespace sextant::db {

// As migrate(database) and is_migrated(connection), with a history of one's own.
Result<void> migrate(Database& database, std::span<const EmbeddedFile> files);
Result<bool> is_migrated(Connection& connection, std::span<const EmbeddedFile> files);

// How far a store is in this program's history, by the names of the steps, in order.
struct SchemaSteps {
  std::vector<std::string> done;
  std::vector<std::string> missing;
};
// Refuses what migrate refuses.
Result<SchemaSteps> read_schema_steps(Connection& connection);
Result<SchemaSteps> read_schema_steps(Connection& connection, std::span<const EmbeddedFile> files);

}  // namespace sextant::db
