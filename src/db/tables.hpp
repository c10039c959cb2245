// The tables of a store as the database itself tells them, so that whoever copies or compares a
// whole store needs no list of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "db/connection.hpp"

namespace sextant::db {

enum class ColumnType { integer, boolean, real, text, bytes };

struct Column {
  std::string name;
  ColumnType type = ColumnType::text;
};

struct Table {
  std::string name;
  std::vector<Column> columns;
  std::vector<std::size_t>
      key;  // places in `columns`, in the order of the primary key; may be empty

  std::string column_list() const;  // "organization, id, name"
  std::string key_list() const;     // empty without a key
};

// The tables with data of ours in an embedded store, in the order in which they were made. Left out
// is what is kept elsewhere in another form: search indexes, and the history of the schema.
Result<std::vector<Table>> read_tables(Connection& sqlite);

// The same of a store that this program makes anew.
Result<std::vector<Table>> tables_of_this_program();

// What is read of a row, as a value of its column's type.
Value value_of_column(const Row& row, int column, ColumnType type);

// How many rows a table has, and a sum of their hashes: whatever their order, two tables with the
// same content have the same digest, and others do not.
struct TableDigest {
  std::int64_t rows = 0;
  std::uint64_t sums[2] = {0, 0};

  bool operator==(const TableDigest&) const = default;
  std::string checksum() const;  // 32 hex digits
};
Result<TableDigest> read_digest(Connection& connection, const Table& table);

}  // namespace sextant::db
