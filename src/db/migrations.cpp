#include "db/migrations.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <vector>

#include <fmt/format.h>

#include "base/log.hpp"

namespace sextant {
extern const std::span<const EmbeddedFile> migrations;
}

namespace sextant::db {
namespace {

struct Migration {
  std::string name;
  std::string_view text;
  std::string checksum;
};

struct Recorded {
  std::string name;
  std::string checksum;
};

struct Macro {
  std::string_view name;
  std::string_view on_sqlite;
  std::string_view on_postgresql;
};
constexpr std::array macros{Macro{"${clustered}", "WITHOUT ROWID", ""},
                            Macro{"${blob}", "BLOB", "BYTEA"}};

// SQLite compares texts byte by byte. PostgreSQL does as the operating system of the server thinks
// fit this year, unless the column says otherwise.
const std::regex text_type(R"(\bTEXT\b)");
constexpr const char* text_by_bytes = "TEXT COLLATE \"C\"";

bool is_for(Dialect dialect, std::string_view name) {
  if (name.ends_with(".sqlite.sql")) return dialect == Dialect::sqlite;
  if (name.ends_with(".postgres.sql")) return dialect == Dialect::postgresql;
  return true;
}

// "0003_search.sql" comes before "0003_search.sqlite.sql".
std::string_view stem(std::string_view name) {
  return name.substr(0, name.find('.'));
}
bool comes_before(std::string_view a, std::string_view b) {
  return stem(a) != stem(b) ? stem(a) < stem(b) : a.size() < b.size();
}

std::vector<Migration> history(std::span<const EmbeddedFile> files, Dialect dialect) {
  std::vector<Migration> steps;
  for (const EmbeddedFile& file : files)
    if (is_for(dialect, file.name))
      steps.push_back({std::string(file.name), file.content, to_hex(sha256(file.content))});
  std::ranges::sort(
      steps, [](const Migration& a, const Migration& b) { return comes_before(a.name, b.name); });
  return steps;
}

Result<std::string> expand(const Migration& step, Dialect dialect) {
  std::string sql(step.text);
  for (const Macro& macro : macros) {
    const auto meaning = dialect == Dialect::sqlite ? macro.on_sqlite : macro.on_postgresql;
    for (auto at = sql.find(macro.name); at != sql.npos;
         at = sql.find(macro.name, at + meaning.size()))
      sql.replace(at, macro.name.size(), meaning);
  }
  if (dialect == Dialect::postgresql && !step.name.ends_with(".postgres.sql"))
    sql = std::regex_replace(sql, text_type, text_by_bytes);
  if (const auto at = sql.find("${"); at != sql.npos)
    return fail(ErrorKind::internal, fmt::format("{} has an unknown macro: {}", step.name,
                                                 sql.substr(at, sql.find('}', at) + 1 - at)));
  return sql;
}

Result<std::vector<Recorded>> read_recorded(Connection& connection) {
  const Query find(
      connection.dialect() == Dialect::sqlite
          ? "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_versions'"
          : "SELECT 1 WHERE to_regclass('schema_versions') IS NOT NULL");
  if (!TRY(connection.row(find, [](const Row&) { return true; }))) return std::vector<Recorded>{};
  auto recorded =
      TRY(connection.rows(Query("SELECT name, checksum FROM schema_versions"), [](const Row& row) {
        return Recorded{std::string(row.text(0)), std::string(row.text(1))};
      }));
  std::ranges::sort(
      recorded, [](const Recorded& a, const Recorded& b) { return comes_before(a.name, b.name); });
  return recorded;
}

// Whether what the store has gone through is how our history begins.
Result<void> check(const std::vector<Recorded>& recorded, const std::vector<Migration>& steps) {
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const Recorded& one = recorded[i];
    if (i >= steps.size())
      return fail(
          ErrorKind::invalid,
          fmt::format(
              "the store was written by a newer version of this program (its schema has {}); "
              "use that version or a later one",
              one.name));
    if (one.name != steps[i].name)
      return fail(
          ErrorKind::invalid,
          fmt::format(
              "the store has another history than this program: where it has {}, this program "
              "has {}; use the version that wrote it",
              one.name, steps[i].name));
    if (one.checksum != steps[i].checksum)
      return fail(
          ErrorKind::invalid,
          fmt::format(
              "the store went through another {} than this program has; use the version that "
              "wrote it, or begin a new store",
              one.name));
  }
  return {};
}

// Does the first step that is missing; false when none is. Others may be migrating at the same
// time, so what is missing is asked anew within each transaction.
Result<bool> migrate_once(Connection& connection, std::span<const EmbeddedFile> files) {
  const std::vector<Migration> steps = history(files, connection.dialect());
  TRY(connection.execute(Query(
      "CREATE TABLE IF NOT EXISTS schema_versions (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, "
      "applied_at BIGINT NOT NULL)")));
  const std::vector<Recorded> recorded = TRY(read_recorded(connection));
  TRY(check(recorded, steps));
  if (recorded.size() == steps.size()) return false;

  const Migration& step = steps[recorded.size()];
  const std::string sql = TRY(expand(step, connection.dialect()));
  if (const auto done = connection.run_script(sql); !done) return context(step.name, done.error());
  TRY(connection.execute(
      Query("INSERT INTO schema_versions (name, checksum, applied_at) VALUES ({}, {}, {})",
            step.name, step.checksum, system_clock().now())));
  return true;
}

}  // namespace

Result<void> migrate(Database& database, std::span<const EmbeddedFile> files) {
  bool went_on = true;
  while (went_on)
    TRY(database.write_alone([&](Connection& connection) -> Result<void> {
      went_on = TRY(migrate_once(connection, files));
      return {};
    }));
  return {};
}

Result<bool> is_migrated(Connection& connection, std::span<const EmbeddedFile> files) {
  const std::vector<Migration> steps = history(files, connection.dialect());
  const std::vector<Recorded> recorded = TRY(read_recorded(connection));
  return std::ranges::equal(recorded, steps, [](const Recorded& a, const Migration& b) {
    return a.name == b.name && a.checksum == b.checksum;
  });
}

Result<SchemaSteps> read_schema_steps(Connection& connection, std::span<const EmbeddedFile> files) {
  const std::vector<Migration> steps = history(files, connection.dialect());
  std::vector<Recorded> recorded = TRY(read_recorded(connection));
  TRY(check(recorded, steps));
  SchemaSteps found;
  for (const Migration& step : steps)
    (found.done.size() < recorded.size() ? found.done : found.missing).push_back(step.name);
  return found;
}

Result<SchemaSteps> read_schema_steps(Connection& connection) {
  return read_schema_steps(connection, migrations);
}

Result<void> migrate(Database& database) {
  return migrate(database, migrations);
}
Result<bool> is_migrated(Connection& connection) {
  return is_migrated(connection, migrations);
}

}  // namespace sextant::db
