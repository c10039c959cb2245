#include "db/connection.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sextant::db {
namespace {

std::string insert_statement(const NewRows& rows) {
  std::string places;
  for (std::size_t i = 1; i <= rows.columns().size(); ++i)
    places += fmt::format("{}${}", i == 1 ? "" : ", ", i);
  return fmt::format("INSERT INTO {} ({}) VALUES ({})", rows.table(),
                     fmt::join(rows.columns(), ", "), places);
}

}  // namespace

Result<void> Connection::post(const Query& query) {
  TRY(execute(query));
  return {};
}

Result<void> Connection::insert_rows(const NewRows& rows) {
  if (!rows.is_complete())
    return fail(ErrorKind::internal,
                fmt::format("a new row of {} has too few or too many values", rows.table()));
  const std::string insert = insert_statement(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) TRY(post(Query(insert).bind(rows.row(i))));
  return {};
}

}  // namespace sextant::db
