// What the paths have brought, and what is known to be missing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/connection.hpp"
#include "ingest/subscriber.hpp"

namespace sextant::ingest {

// One hour of an archive, as it was read last.
struct ArchiveHour {
  Instant hour;
  std::int64_t lines = 0;
  std::int64_t events = 0;
  std::string problem;  // of the file; empty: it was whole
};
Result<void> save_archive_hour(db::Connection& connection, std::int64_t organization,
                               const ArchiveHour& hour, Instant now);

// Hours that follow each other and are all missing, or all not whole.
struct ArchiveGap {
  Instant from;
  Instant to;          // the end of the last
  std::string reason;  // "no file", "read before it was tracked", or what was wrong with the file
};
struct ArchiveCoverage {
  std::optional<Instant> from;  // nothing was read: no value
  std::optional<Instant> to;
  std::vector<ArchiveGap> gaps;  // between them
};
// Of what is tracked since then: an hour that was read before is a gap, since nothing was looked
// for in it.
Result<ArchiveCoverage> archive_coverage(db::Connection& connection, std::int64_t organization,
                                         Instant tracked_since);

// Of one repository, by one path; of what is kept, which is some weeks.
struct RepositoryCoverage {
  Path path = Path::webhook;
  std::int64_t events = 0;
  Instant first_event_at;
  Instant last_event_at;
  std::int64_t lag_ms = 0;  // from the act to its arrival; of the latest
};
Result<std::vector<RepositoryCoverage>> repository_coverage(db::Connection& connection,
                                                            std::int64_t organization,
                                                            std::string_view name_folded);

}  // namespace sextant::ingest
