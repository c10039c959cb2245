#include "velocity/api_call.hpp"

#include "http/cursor.hpp"

namespace sextant::velocity {
namespace {

constexpr std::int64_t days_max = 36'500;

}  // namespace

Result<int> read_limit(const http::Request& request) {
  const std::int64_t limit = TRY(request.positive_integer("limit", page_size, page_size_max));
  return static_cast<int>(limit);
}

Result<std::optional<Instant>> read_days(const ApiCall& call) {
  const std::int64_t count = TRY(call.request.positive_integer("days", 0, days_max));
  if (count == 0) return std::nullopt;
  const auto minute = std::chrono::floor<std::chrono::minutes>(call.environment.clock.now());
  return Instant{minute} - std::chrono::days{count};
}

std::string answer_version(const ApiCall& call, const Versions& versions,
                           std::string_view time_part) {
  std::string version;
  version.reserve(128);
  json::append_integer(version, call.organization);
  version += '.';
  json::append_integer(version, versions.data);
  version += '.';
  version += time_part;
  version += '.';
  version += call.environment.edition;
  version += '.';
  version += call.request.target;
  if (const auto accept = call.request.header("accept")) version.append(".").append(*accept);
  return version;
}

Result<Names> read_names(const ApiCall& call, db::Connection& db) {
  const Versions versions = TRY(read_versions(db, call.organization));
  auto directory = TRY(call.environment.directories.at(db, call.organization, versions));
  return Names{versions, std::move(directory)};
}

std::string seal_cursor(const ApiCall& call, std::string_view position,
                        std::span<const std::string_view> filters) {
  return http::seal_cursor(call.environment.cursor_key, position,
                           http::cursor_binding(call.request, call.organization, filters));
}

Result<std::optional<std::string>> open_cursor(const ApiCall& call,
                                               std::span<const std::string_view> filters) {
  const auto cursor = call.request.parameter("cursor");
  if (!cursor) return std::nullopt;
  std::string position =
      TRY(http::open_cursor(call.environment.cursor_key, *cursor,
                            http::cursor_binding(call.request, call.organization, filters)));
  return std::optional(std::move(position));
}

void append_next_cursor(std::string& out, const std::optional<std::string>& cursor) {
  out += "],\"next_cursor\":";
  if (cursor)
    json::append_string(out, *cursor);
  else
    out += "null";
  out += '}';
}

}  // namespace sextant::velocity
