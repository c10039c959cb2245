#include "velocity/versions.hpp"

namespace sextant::velocity {

Result<Versions> read_versions(db::Connection& db, std::int64_t organization) {
  const auto found = TRY(db.row(
      db::Query("SELECT data, names, pull_requests FROM velocity_versions WHERE organization = {}",
                organization)
          .keep_plan(),
      [](const db::Row& row) { return Versions{row.integer(0), row.integer(1), row.integer(2)}; }));
  return found.value_or(Versions{});
}

Result<void> count_change(db::Connection& db, std::int64_t organization, const Change& change) {
  const std::int64_t names = change.names ? 1 : 0;
  TRY(db.post(db::Query(
      "INSERT INTO velocity_versions (organization, data, names, pull_requests)"
      " VALUES ({}, 1, {}, {}) ON CONFLICT (organization) DO UPDATE SET"
      " data = velocity_versions.data + 1, names = velocity_versions.names + excluded.names,"
      " pull_requests = velocity_versions.pull_requests + excluded.pull_requests",
      organization, names, change.pull_requests_added)));
  return {};
}

Result<void> count_return(db::Connection& db, Instant now) {
  TRY(db.execute(
      db::Query("UPDATE velocity_versions SET data = velocity_versions.data + {}", unix_ms(now))));
  return {};
}

}  // namespace sextant::velocity
