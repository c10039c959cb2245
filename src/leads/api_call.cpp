#include "leads/api_call.hpp"

#include <fmt/format.h>

#include "http/cursor.hpp"
#include "leads/public_id.hpp"

namespace sextant::leads {
namespace {

constexpr std::string_view cursor_prefix = "cursor_";

}  // namespace

Result<int> read_limit(const ApiCall& call) {
  const std::int64_t limit = TRY(call.request.positive_integer("limit", page_size, page_size_max));
  return static_cast<int>(limit);
}

std::unexpected<Error> no_such(std::string_view what) {
  return fail(ErrorKind::not_found, fmt::format("there is no {} of this id", what));
}

Result<std::int64_t> read_path_id(const ApiCall& call, std::string_view prefix,
                                  std::string_view what) {
  const auto id = read_public_id(prefix, call.request.path_value("id"));
  if (!id) return no_such(what);
  return *id;
}

Result<hooks::Endpoint> find_webhook(db::Connection& db, std::int64_t organization,
                                     std::int64_t id) {
  auto endpoint = hooks::find_endpoint(db, organization, id);
  if (!endpoint && endpoint.error().kind == ErrorKind::not_found) return no_such("webhook");
  return endpoint;
}

std::string seal_cursor(const ApiCall& call, std::string_view position,
                        std::span<const std::string_view> filters) {
  return std::string(cursor_prefix) +
         http::seal_cursor(call.environment.cursor_key, position,
                           http::cursor_binding(call.request, call.organization, filters));
}

Result<std::optional<std::string>> open_cursor(const ApiCall& call,
                                               std::span<const std::string_view> filters) {
  auto cursor = call.request.parameter("cursor");
  if (!cursor) return std::nullopt;
  // Without its prefix it is not one that we gave: what is left then opens nowhere.
  if (cursor->starts_with(cursor_prefix))
    cursor->remove_prefix(cursor_prefix.size());
  else
    cursor = "";
  std::string position =
      TRY(http::open_cursor(call.environment.cursor_key, *cursor,
                            http::cursor_binding(call.request, call.organization, filters)));
  return std::optional(std::move(position));
}

void append_list_end(std::string& out, const std::optional<std::string>& next_cursor) {
  out += "],\"next_cursor\":";
  if (next_cursor)
    json::append_string(out, *next_cursor);
  else
    out += "null";
  out += ",\"has_more\":";
  out += next_cursor ? "true}" : "false}";
}

http::Response created(std::string body, std::string location) {
  http::Response response = http::json(std::move(body));
  response.status = 201;
  response.headers.emplace_back("Location", std::move(location));
  return response;
}

}  // namespace sextant::leads
