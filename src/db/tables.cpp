#include "db/tables.hpp"

#include <stdlib.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "base/secrets.hpp"
#include "db/database.hpp"

namespace sextant::db {
namespace {

namespace fs = std::filesystem;

struct TypeName {
  std::string_view name;
  ColumnType type;
};
constexpr TypeName type_names[] = {
    {"BIGINT", ColumnType::integer},   {"INTEGER", ColumnType::integer},
    {"SMALLINT", ColumnType::integer}, {"BOOLEAN", ColumnType::boolean},
    {"TEXT", ColumnType::text},        {"BLOB", ColumnType::bytes},
    {"REAL", ColumnType::real},        {"DOUBLE PRECISION", ColumnType::real},
};

Result<ColumnType> type_named(const std::string& table, const std::string& column,
                              const std::string& name) {
  for (const TypeName& one : type_names)
    if (one.name == name) return one.type;
  return fail(ErrorKind::internal, fmt::format("{}.{} is of the type {}, which has no meaning here",
                                               table, column, name.empty() ? "nothing" : name));
}

struct DeclaredColumn {
  std::string name;
  std::string type;
  std::int64_t key_place = 0;  // from 1; 0: not in the key
};

Result<Table> read_table(Connection& sqlite, const std::string& name) {
  const auto declared = TRY(sqlite.rows(
      Query("SELECT name, type, pk FROM pragma_table_info({}) ORDER BY cid", name),
      [](const Row& row) {
        return DeclaredColumn{std::string(row.text(0)), std::string(row.text(1)), row.integer(2)};
      }));
  Table table{.name = name, .columns = {}, .key = {}};
  for (const DeclaredColumn& column : declared) {
    const ColumnType type = TRY(type_named(name, column.name, column.type));
    table.columns.push_back({column.name, type});
    if (column.key_place > 0) table.key.push_back(table.columns.size() - 1);
  }
  std::ranges::sort(table.key, {}, [&](std::size_t at) { return declared[at].key_place; });
  return table;
}

void append_word(std::string& out, std::uint64_t word) {
  char bytes[sizeof word];
  std::memcpy(bytes, &word, sizeof word);
  out.append(bytes, sizeof bytes);
}

void append_bytes(std::string& out, std::string_view bytes) {
  append_word(out, bytes.size());
  out += bytes;
}

// No two rows of different content look the same, and one row looks the same from every database.
void append_cell(std::string& out, const Row& row, int column, ColumnType type) {
  const bool is_null = row.is_null(column);
  out += is_null ? '0' : '1';
  if (is_null) return;
  switch (type) {
    case ColumnType::integer:
      return append_word(out, static_cast<std::uint64_t>(row.integer(column)));
    case ColumnType::boolean:
      return append_word(out, row.boolean(column) ? 1 : 0);
    case ColumnType::real:
      return append_word(out, std::bit_cast<std::uint64_t>(row.real(column)));
    case ColumnType::text:
      return append_bytes(out, row.text(column));
    case ColumnType::bytes:
      return append_bytes(out, row.blob(column));
  }
}

template <typename Places, typename NameOf>
std::string listed(const Places& places, NameOf name_of) {
  std::string list;
  for (const auto& place : places) {
    if (!list.empty()) list += ", ";
    list += name_of(place);
  }
  return list;
}

}  // namespace

std::string Table::column_list() const {
  return listed(columns, [](const Column& column) { return column.name; });
}

std::string Table::key_list() const {
  return listed(key, [&](std::size_t at) { return columns[at].name; });
}

Result<std::vector<Table>> read_tables(Connection& sqlite) {
  // A virtual table and those it keeps its content in are of other types there.
  const auto names = TRY(sqlite.rows(
      Query("SELECT l.name FROM pragma_table_list AS l JOIN sqlite_master AS m ON m.name = l.name "
            "WHERE l.schema = 'main' AND l.type = 'table' AND m.type = 'table' "
            "AND l.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND l.name <> 'schema_versions' "
            "ORDER BY m.rowid"),
      [](const Row& row) { return std::string(row.text(0)); }));
  std::vector<Table> tables;
  for (const std::string& name : names) {
    Table table = TRY(read_table(sqlite, name));
    tables.push_back(std::move(table));
  }
  return tables;
}

Result<std::vector<Table>> tables_of_this_program() {
  std::error_code error;
  std::string directory = (fs::temp_directory_path(error) / "sextant-XXXXXX").string();
  if (error || !::mkdtemp(directory.data()))
    return fail(ErrorKind::unavailable, "cannot make a temporary directory");
  const auto read = [&]() -> Result<std::vector<Table>> {
    const auto database = TRY(open_sqlite(fs::path(directory) / "store.db", {}));
    TRY(migrate(*database));
    const Lease reader = TRY(database->reader());
    return read_tables(*reader);
  };
  auto tables = read();
  fs::remove_all(directory, error);
  return tables;
}

Value value_of_column(const Row& row, int column, ColumnType type) {
  if (row.is_null(column)) return {};
  switch (type) {
    case ColumnType::integer:
      return row.integer(column);
    case ColumnType::boolean:
      return row.boolean(column);
    case ColumnType::real:
      return row.real(column);
    case ColumnType::text:
      return std::string(row.text(column));
    case ColumnType::bytes:
      return Blob{std::string(row.blob(column))};
  }
  return {};
}

std::string TableDigest::checksum() const {
  return fmt::format("{:016x}{:016x}", sums[0], sums[1]);
}

Result<TableDigest> read_digest(Connection& connection, const Table& table) {
  const auto rows =
      TRY(connection.open(Query("SELECT " + table.column_list() + " FROM " + table.name)));
  TableDigest digest;
  std::string content;
  while (const Row* row = TRY(rows->next())) {
    content.clear();
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      append_cell(content, *row, static_cast<int>(i), table.columns[i].type);
    const Hash hash = sha256(content);
    ++digest.rows;
    for (std::size_t half = 0; half < 2; ++half) {
      std::uint64_t word;
      std::memcpy(&word, hash.data() + half * sizeof word, sizeof word);
      digest.sums[half] += word;
    }
  }
  return digest;
}

}  // namespace sextant::db
