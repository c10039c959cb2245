// What several endpoints do alike: ids in paths, cursors, lists, records.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "hooks/endpoints.hpp"
#include "leads/api.hpp"

namespace sextant::leads {

constexpr std::int64_t page_size = 20;
constexpr std::int64_t page_size_max = 100;

// From the parameter `limit`: above the most is clamped.
Result<int> read_limit(const ApiCall& call);

// The number of the path's {id}; the same `not_found` for what is no id and what is not there.
Result<std::int64_t> read_path_id(const ApiCall& call, std::string_view prefix,
                                  std::string_view what);
std::unexpected<Error> no_such(std::string_view what);

Result<hooks::Endpoint> find_webhook(db::Connection& db, std::int64_t organization,
                                     std::int64_t id);

// "cursor_...", for this endpoint, organisation and filters.
std::string seal_cursor(const ApiCall& call, std::string_view position,
                        std::span<const std::string_view> filters);
// Nothing where no cursor was sent.
Result<std::optional<std::string>> open_cursor(const ApiCall& call,
                                               std::span<const std::string_view> filters);

// The end of a list: ],"next_cursor":null,"has_more":false}
void append_list_end(std::string& out, const std::optional<std::string>& next_cursor);

// {"data":[...],"next_cursor":null,"has_more":false} of all there is.
template <typename Items, typename Append>
http::Response whole_list(const Items& items, Append append) {
  std::string out = "{\"data\":[";
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    append(out, item);
  }
  append_list_end(out, std::nullopt);
  return http::json(std::move(out));
}

// 201 with the record and where it is now.
http::Response created(std::string body, std::string location);

// Runs it in a write transaction: for what is not a POST.
template <typename Work>
Result<http::Response> write(const ApiCall& call, Work work) {
  http::Response response;
  TRY(call.environment.database.write([&](db::Connection& db) -> Result<void> {
    response = TRY(work(db));
    return {};
  }));
  return response;
}

}  // namespace sextant::leads
