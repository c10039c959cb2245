// Small numbers for what an organisation has few of and every row refers to: they take a byte or
// two where an id that is unique everywhere takes eight.
#pragma once

#include <cstdint>
#include <string_view>

#include "db/connection.hpp"

namespace sextant::velocity {

// One more than the highest of the table's; to be used in the same write transaction.
inline Result<std::int64_t> next_id(db::Connection& db, std::string_view table,
                                    std::int64_t organization) {
  db::Query query("SELECT COALESCE(MAX(id), 0) + 1 FROM ");
  query.append(table).append(" WHERE organization = {}", organization);
  const auto id = TRY(db.row(query, [](const db::Row& row) { return row.integer(0); }));
  return id.value_or(1);
}

}  // namespace sextant::velocity
