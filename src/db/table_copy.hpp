// One table on its way from the embedded store into PostgreSQL.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "db/tables.hpp"

namespace sextant::db {

class TableCopy {
 public:
  TableCopy(Connection& source, Database& target, const Table& table, std::size_t slice_bytes)
      : source_(source), target_(target), table_(table), slice_bytes_(slice_bytes) {}

  // SQLite keeps any value in any column: fails with a row that has one of another type.
  Result<void> check_types();

  // Rows of the source after the last one in the target, or all where no key tells the last.
  Result<std::int64_t> count_missing();
  // Copies those, in transactions of slice_bytes, and says after each how many rows it brought.
  // The target has a first part of the table at any moment, in the order of the key.
  Result<void> run(const std::function<void(std::int64_t)>& on_slice);
  Result<void> empty_target();

 private:
  using Key = std::vector<Value>;

  Result<std::optional<Key>> last_key();
  void append_after(Query& query, const Key& key) const;
  Result<void> check_texts(const Row& row) const;
  std::unexpected<Error> refuse(const Row& row, std::string_view column,
                                std::string_view what) const;
  std::string describe(const Row& row) const;
  Result<void> write(const NewRows& rows);

  Connection& source_;
  Database& target_;
  const Table& table_;
  const std::size_t slice_bytes_;
};

}  // namespace sextant::db
