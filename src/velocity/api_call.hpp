// What several endpoints do alike: versions for ETags, sealed cursors, page sizes.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/table.hpp"
#include "velocity/api.hpp"

namespace sextant::velocity {

constexpr std::int64_t page_size = 50;
constexpr std::int64_t page_size_max = 200;

Result<int> read_limit(const http::Request& request);
// The start of the current minute less N days, from the parameter `days`; nothing when it was not
// sent. Whole minutes, so that an answer and its ETag hold for one.
Result<std::optional<Instant>> read_days(const ApiCall& call);

// What an answer is made from: organisation, versions, the request as sent, and the part of the
// time that matters to it.
std::string answer_version(const ApiCall& call, const Versions& versions,
                           std::string_view time_part = "");

// The connection's snapshot of names.
struct Names {
  Versions versions;
  std::shared_ptr<const Directory> directory;
};
Result<Names> read_names(const ApiCall& call, db::Connection& db);

// Cursors of this endpoint, for this organisation and these filters.
std::string seal_cursor(const ApiCall& call, std::string_view position,
                        std::span<const std::string_view> filters);
// Nothing where no cursor was sent.
Result<std::optional<std::string>> open_cursor(const ApiCall& call,
                                               std::span<const std::string_view> filters);

// The end of a list answer: ],"next_cursor":null}
void append_next_cursor(std::string& out, const std::optional<std::string>& cursor);

// The columns that the parameter `fields` names, where selection is on; else all.
template <typename T, std::size_t count>
std::vector<http::Column<T>> select_fields(const ApiCall& call,
                                           const http::Column<T> (&columns)[count]) {
  std::vector<http::Column<T>> selected;
  if (call.environment.field_selection)
    for (const std::string& field : call.request.list("fields"))
      for (const http::Column<T>& column : columns)
        if (column.name == field) selected.push_back(column);
  if (selected.empty()) selected.assign(std::begin(columns), std::end(columns));
  return selected;
}

}  // namespace sextant::velocity
