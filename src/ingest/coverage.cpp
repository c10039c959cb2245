#include "ingest/coverage.hpp"

namespace sextant::ingest {
namespace {

constexpr std::chrono::hours one_hour{1};
constexpr std::string_view no_file = "no file";
constexpr std::string_view too_early = "read before it was tracked";

void add_gap(std::vector<ArchiveGap>& gaps, Instant from, Instant to, std::string_view reason) {
  const bool goes_on = !gaps.empty() && gaps.back().to == from && gaps.back().reason == reason;
  if (goes_on)
    gaps.back().to = to;
  else
    gaps.push_back({from, to, std::string(reason)});
}

}  // namespace

Result<void> save_archive_hour(db::Connection& connection, std::int64_t organization,
                               const ArchiveHour& hour, Instant now) {
  return connection.post(db::Query(
      "INSERT INTO archive_hours (organization, hour, lines, events, problem, read_at)"
      " VALUES ({}, {}, {}, {}, {}, {}) ON CONFLICT (organization, hour) DO UPDATE SET"
      " lines = excluded.lines, events = excluded.events, problem = excluded.problem,"
      " read_at = excluded.read_at WHERE excluded.problem = '' OR archive_hours.problem <> ''",
      organization, hour.hour, hour.lines, hour.events, hour.problem, now));
}

Result<ArchiveCoverage> archive_coverage(db::Connection& connection, std::int64_t organization,
                                         Instant tracked_since) {
  ArchiveCoverage coverage;
  TRY(connection.each(
      db::Query("SELECT hour, problem, read_at FROM archive_hours WHERE organization = {}"
                " ORDER BY hour",
                organization),
      [&](const db::Row& row) {
        const Instant hour = row.time(0);
        const std::string_view problem =
            row.text(1).empty() && row.time(2) < tracked_since ? too_early : row.text(1);
        if (!coverage.from) coverage.from = hour;
        if (coverage.to && hour > *coverage.to) add_gap(coverage.gaps, *coverage.to, hour, no_file);
        coverage.to = hour + one_hour;
        if (!problem.empty()) add_gap(coverage.gaps, hour, *coverage.to, problem);
      }));
  return coverage;
}

Result<std::vector<RepositoryCoverage>> repository_coverage(db::Connection& connection,
                                                            std::int64_t organization,
                                                            std::string_view name_folded) {
  std::vector<RepositoryCoverage> found;
  for (const Path path : {Path::webhook, Path::archive}) {
    const auto facts = TRY(connection.row(
        db::Query("SELECT COUNT(*), MIN(occurred_at), MAX(occurred_at) FROM events"
                  " WHERE organization IN ({}, 0) AND repository_folded = {} AND path = {}",
                  organization, name_folded, to_text(path)),
        [&](const db::Row& row) {
          return RepositoryCoverage{.path = path,
                                    .events = row.integer(0),
                                    .first_event_at = row.time(1),
                                    .last_event_at = row.time(2)};
        }));
    if (!facts || facts->events == 0) continue;
    found.push_back(*facts);
    found.back().lag_ms =
        TRY(connection.row(
                db::Query("SELECT received_at - occurred_at FROM events"
                          " WHERE organization IN ({}, 0) AND repository_folded = {} AND path = {}"
                          " ORDER BY received_at DESC LIMIT 1",
                          organization, name_folded, to_text(path)),
                [](const db::Row& row) { return row.integer(0); }))
            .value_or(0);
  }
  return found;
}

}  // namespace sextant::ingest
