#include "access/shared_rate_limits.hpp"

#include <optional>
#include <string>

#include <fmt/format.h>

namespace sextant::access {
namespace {

// The statement's beginning, at the database; all nodes go by it.
constexpr std::string_view now_ms =
    "CAST(EXTRACT(EPOCH FROM statement_timestamp()) * 1000 AS BIGINT)";

// Counts where both windows, begun anew when over, have room. Whether it did is kept in the row:
// that the last request of a budget passed and that one was refused look alike otherwise. Nobody
// else's statement comes between reading and writing the row.
db::Query spend_query(std::string_view endpoint, std::int64_t organization,
                      const RateLimit& limit) {
  const auto open_count = [](std::string_view window, std::int64_t length_ms) {
    return fmt::format(
        "CASE WHEN excluded.asked_at - w.{0}_begin >= {1} THEN 0 ELSE w.{0}_count END", window,
        length_ms);
  };
  const std::string minute = open_count("minute", minute_ms);
  const std::string day = open_count("day", day_ms);
  const std::string passes =
      fmt::format("({} < {} AND {} < {})", minute, limit.per_minute, day, limit.per_day);
  const auto set = [&](std::string_view window, std::string_view count) {
    return fmt::format(
        ", {0}_begin = CASE WHEN {1} AND {2} = 0 THEN excluded.asked_at ELSE w.{0}_begin END"
        ", {0}_count = {2} + CASE WHEN {1} THEN 1 ELSE 0 END",
        window, passes, count);
  };
  db::Query query("INSERT INTO rate_windows AS w (organization, endpoint, asked_at, has_passed,");
  query.append(" minute_begin, minute_count, day_begin, day_count) VALUES ({}, {}, ", organization,
               endpoint);
  query.append(fmt::format("{0}, TRUE, {0}, 1, {0}, 1)", now_ms));
  query.append(" ON CONFLICT (organization, endpoint) DO UPDATE SET asked_at = excluded.asked_at");
  query.append(", has_passed = ").append(passes);
  query.append(set("minute", minute)).append(set("day", day));
  query.append(
      " RETURNING w.has_passed, w.minute_begin, w.minute_count, w.day_begin, w.day_count,"
      " w.asked_at");
  return query;
}

}  // namespace

Result<RateAnswer> SharedRateLimits::spend(std::string_view endpoint, std::int64_t organization,
                                           const RateLimit& limit) {
  std::optional<RateAnswer> answer;
  TRY(database_.change(spend_query(endpoint, organization, limit), [&](const db::Row& row) {
    answer = rate_answer(row.boolean(0) ? Verdict::pass : Verdict::refuse,
                         {row.integer(1), row.integer(2)}, {row.integer(3), row.integer(4)}, limit,
                         row.integer(5));
  }));
  if (!answer) return fail(ErrorKind::internal, "a request was not counted");
  return *answer;
}

Result<void> SharedRateLimits::reclaim() {
  db::Query query("DELETE FROM rate_windows WHERE day_begin <= ");
  query.append(now_ms).append(" - {}", day_ms);
  return database_.change(query, [](const db::Row&) {});
}

}  // namespace sextant::access
