#include <chrono>
#include <string>

#include <fmt/format.h>

#include "db/doctor_checks.hpp"
#include "db/migrations.hpp"
#include "db/move.hpp"
#include "db/tables.hpp"

namespace sextant {
extern const std::span<const EmbeddedFile> migrations;
}

namespace sextant::db {
namespace {

constexpr std::int64_t clock_warning_ms = 1'000;
constexpr std::int64_t clock_wrong_ms = 30'000;
constexpr std::int64_t version_tested = 150'000;

Result<std::int64_t> number(Connection& connection, const Query& query) {
  return TRY(connection.row(query, [](const Row& row) { return row.integer(0); })).value_or(0);
}
Result<std::string> text(Connection& connection, const Query& query) {
  return TRY(connection.row(query, [](const Row& row) { return std::string(row.text(0)); }))
      .value_or("");
}

Result<Finding> examine_server(Connection& connection) {
  const auto version = TRY(
      number(connection, Query("SELECT CAST(current_setting('server_version_num') AS BIGINT)")));
  const auto name = TRY(text(connection, Query("SELECT current_setting('server_version')")));
  if (version < version_tested)
    return Finding{"server", Condition::warning,
                   fmt::format("PostgreSQL {}: this program is tested on 15", name)};
  return Finding{"server", Condition::ok, "PostgreSQL " + name};
}

Result<Finding> examine_role(Connection& connection) {
  if (TRY(number(connection, Query("SELECT CAST(pg_is_in_recovery() AS INTEGER)"))) != 0)
    return Finding{"role", Condition::wrong,
                   "the server is a standby and takes no writes: name the primary in database.url, "
                   "or all hosts"};
  return Finding{"role", Condition::ok, "the server takes writes"};
}

Result<Finding> examine_encoding(Connection& connection) {
  const auto encoding = TRY(text(connection, Query("SELECT current_setting('server_encoding')")));
  if (encoding == "UTF8") return Finding{"encoding", Condition::ok, "UTF8"};
  return Finding{
      "encoding", Condition::wrong,
      fmt::format("{} cannot hold every text: make the database anew with CREATE DATABASE "
                  "... ENCODING 'UTF8' TEMPLATE template0, and move the rows with pg_dump",
                  encoding)};
}

Result<bool> has_extension(Connection& connection, const std::string& name) {
  return TRY(number(connection,
                    Query("SELECT COUNT(*) FROM pg_extension WHERE extname = {}", name))) > 0;
}

Result<Finding> examine_search(Connection& connection) {
  if (TRY(has_extension(connection, "pg_trgm")))
    return Finding{"search", Condition::ok, "the extension pg_trgm is there"};
  return Finding{"search", Condition::wrong,
                 "the extension pg_trgm is missing, so searches read every text: CREATE EXTENSION "
                 "pg_trgm, and make the index of migrations/0003_search.postgres.sql"};
}

// What the migrations that distribute name in quotes, they distribute.
bool is_to_be_distributed(const std::string& table) {
  for (const EmbeddedFile& file : migrations)
    if (file.name.contains("distribute") && file.content.contains("'" + table + "'")) return true;
  return false;
}

Result<Finding> examine_cluster(Connection& connection) {
  std::string local;
  for (const Table& table : TRY(tables_of_this_program())) {
    if (!is_to_be_distributed(table.name)) continue;
    const auto found = TRY(
        number(connection,
               Query("SELECT COUNT(*) FROM pg_dist_partition WHERE logicalrelid = to_regclass({})",
                     table.name)));
    if (found == 0) local += (local.empty() ? "" : ", ") + table.name;
  }
  if (local.empty()) return Finding{"cluster", Condition::ok, "Citus has the tables distributed"};
  return Finding{
      "cluster", Condition::warning,
      fmt::format("Citus is there, but on the coordinator alone are {}: the extension "
                  "came after the first start; move the rows into a database that had it "
                  "before",
                  local)};
}

Result<Finding> examine_clock(Connection& connection, const Clock& clock) {
  const std::int64_t before = unix_ms(clock.now());
  const std::int64_t there =
      TRY(number(connection, Query("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS "
                                   "BIGINT)")));
  const std::int64_t after = unix_ms(clock.now());
  // As much as is certain: the answer took its time.
  const std::int64_t apart = there < before ? before - there : there > after ? there - after : 0;
  const Condition condition = apart > clock_wrong_ms     ? Condition::wrong
                              : apart > clock_warning_ms ? Condition::warning
                                                         : Condition::ok;
  return Finding{"clock", condition,
                 fmt::format("this node's and the database's are {} ms apart{}", apart,
                             condition == Condition::ok ? ""
                                                        : ": let NTP set both, budgets and leases "
                                                          "depend on them")};
}

Result<Finding> examine_connections(Connection& connection, const Settings& settings) {
  const auto most = TRY(number(
      connection, Query("SELECT CAST(current_setting('max_connections') AS BIGINT) - "
                        "CAST(current_setting('superuser_reserved_connections') AS BIGINT)")));
  const auto open = TRY(
      number(connection,
             Query("SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")));
  const std::int64_t nodes = most / settings.connections;
  const std::string figures =
      fmt::format("{} of {} are open; {} to a node (database.connections) are enough for {} nodes",
                  open, most, settings.connections, nodes);
  if (nodes == 0)
    return Finding{
        "connections", Condition::wrong,
        figures + ": raise max_connections on the server, or lower database.connections"};
  if (nodes == 1 || open * 10 > most * 9)
    return Finding{"connections", Condition::warning,
                   figures + ": raise max_connections before there are more nodes"};
  return Finding{"connections", Condition::ok, figures};
}

Result<Finding> examine_move(Connection& connection) {
  if (const auto refused = refuse_unfinished_move(connection); !refused)
    return Finding{"move", Condition::wrong, refused.error().message};
  return Finding{"move", Condition::ok, "none is under way"};
}

}  // namespace

Findings examine_postgres(Connection& connection, const Settings& settings, const Clock& clock) {
  Findings findings;
  const auto add = [&](const std::string& check, Result<Finding> examined) {
    findings.push_back(finding_of(check, std::move(examined)));
    return findings.back().condition == Condition::ok;
  };
  add("server", examine_server(connection));
  add("role", examine_role(connection));
  add("encoding", examine_encoding(connection));
  if (add("schema", examine_schema(connection))) {
    add("tables", examine_tables(connection));
    add("search", examine_search(connection));
    const auto is_cluster = has_extension(connection, "citus");
    if (is_cluster && *is_cluster) add("cluster", examine_cluster(connection));
  }
  add("move", examine_move(connection));
  add("clock", examine_clock(connection, clock));
  add("connections", examine_connections(connection, settings));
  return findings;
}

}  // namespace sextant::db
