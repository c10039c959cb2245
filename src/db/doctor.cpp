#include "db/doctor.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "db/doctor_checks.hpp"
#include "db/migrations.hpp"
#include "db/tables.hpp"

namespace sextant::db {
namespace {

using Names = std::set<std::string>;

// The log is cut back to 64 MiB; a reader that does not end keeps it from that.
constexpr std::uintmax_t log_bytes_most = 256 * 1024 * 1024;

Result<Names> columns_of(Connection& connection, const std::string& table) {
  const Query query =
      connection.dialect() == Dialect::sqlite
          ? Query("SELECT name FROM pragma_table_info({})", table)
          : Query(
                "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass({}) AND attnum > 0 "
                "AND NOT attisdropped",
                table);
  Names names;
  TRY(connection.each(query, [&](const Row& row) { names.emplace(row.text(0)); }));
  return names;
}

Result<Finding> examine_quickly(Connection& connection) {
  const auto found = TRY(connection.rows(Query("PRAGMA quick_check(5)"),
                                         [](const Row& row) { return std::string(row.text(0)); }));
  if (found.size() == 1 && found.front() == "ok")
    return Finding{"integrity", Condition::ok, "every page is sound"};
  std::string faults;
  for (const std::string& fault : found) faults += (faults.empty() ? "" : "; ") + fault;
  return Finding{
      "integrity", Condition::wrong,
      fmt::format("the store is damaged ({}): restore a backup with `sextant restore`", faults)};
}

Result<Finding> examine_log(const std::filesystem::path& file) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(file.string() + "-wal", error);
  const std::uintmax_t mib = error ? 0 : bytes / (1024 * 1024);
  if (error || bytes <= log_bytes_most)
    return Finding{"log", Condition::ok, fmt::format("{} MiB wait to be carried over", mib)};
  return Finding{"log", Condition::warning,
                 fmt::format("{} MiB wait to be carried over: something has been reading for long, "
                             "an export or a backup perhaps; when it ends the log is cut back",
                             mib)};
}

}  // namespace

std::string_view name_of(Condition condition) {
  return condition == Condition::ok ? "ok" : condition == Condition::warning ? "warning" : "wrong";
}

Finding finding_of(const std::string& check, Result<Finding> examined) {
  if (examined) return *std::move(examined);
  return {check, Condition::wrong, "cannot be examined: " + examined.error().message};
}

Result<Finding> examine_schema(Connection& connection) {
  const SchemaSteps steps = TRY(read_schema_steps(connection));
  if (!steps.missing.empty())
    return Finding{"schema", Condition::wrong,
                   fmt::format("{} of {} steps are missing, from {} on: run `sextant migrate`",
                               steps.missing.size(), steps.done.size() + steps.missing.size(),
                               steps.missing.front())};
  return Finding{"schema", Condition::ok, fmt::format("is this program's ({})", steps.done.back())};
}

Result<Finding> examine_tables(Connection& connection) {
  const auto expected = TRY(tables_of_this_program());
  std::string missing;
  const auto miss = [&](const std::string& what) {
    missing += (missing.empty() ? "" : ", ") + what;
  };
  for (const Table& table : expected) {
    const Names there = TRY(columns_of(connection, table.name));
    if (there.empty()) {
      miss(table.name);
      continue;
    }
    for (const Column& column : table.columns)
      if (!there.contains(column.name)) miss(table.name + "." + column.name);
  }
  if (missing.empty())
    return Finding{"tables", Condition::ok, fmt::format("all {} are there", expected.size())};
  return Finding{"tables", Condition::wrong, fmt::format("missing: {}; restore a backup", missing)};
}

Findings examine_sqlite(Connection& connection, const std::filesystem::path& file) {
  Findings findings;
  findings.push_back(finding_of("schema", examine_schema(connection)));
  findings.push_back(finding_of("integrity", examine_quickly(connection)));
  if (findings.front().condition == Condition::ok)
    findings.push_back(finding_of("tables", examine_tables(connection)));
  findings.push_back(finding_of("log", examine_log(file)));
  return findings;
}

}  // namespace sextant::db
