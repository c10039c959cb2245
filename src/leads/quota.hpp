// How many leads an organisation has had this month, and the times it captured them at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "db/connection.hpp"
#include "leads/settings.hpp"

namespace sextant::leads {

// The calendar month in UTC: "2026-05".
int period_of(Instant at);
std::string period_name(int period);

// Read, used and saved in one write transaction: who captures changes the organisation's row, so
// writers follow each other, and a time that is given out is later than all that were ever seen.
class Quota {
 public:
  static Result<Quota> load(db::Connection& db, std::int64_t organization, Instant now);

  // Strictly later than the last one: a poller with `since` never misses one.
  Instant next_captured_at();
  bool has_room() const { return !limit_ || captured_ < *limit_; }
  void count() { ++captured_; }
  // True once a month: there is no room any more and nobody was told.
  bool must_announce();

  int period() const { return period_; }
  std::int64_t captured() const { return captured_; }
  std::optional<std::int64_t> limit() const { return limit_; }

  Result<void> save(db::Connection& db) const;

 private:
  std::int64_t organization_ = 0;
  int period_ = 0;
  Instant now_;
  Instant last_captured_at_;
  std::int64_t captured_ = 0;
  bool is_announced_ = false;
  std::optional<std::int64_t> limit_;
};

// What GET /v1/usage shows.
struct Usage {
  int period = 0;
  std::int64_t captured = 0;
  std::optional<std::int64_t> limit;
  std::int64_t over_quota = 0;  // kept, and not shown
};
Result<Usage> read_usage(db::Connection& db, std::int64_t organization, Instant now);
std::string to_json(const Usage& usage);

// Shows leads that were kept over quota, the oldest first, as far as this month has room, each with
// a new captured_at and announced as if captured now. At most a slice; 0 when nothing is left to
// do. For when a plan rises, and where so set for when the month turns.
Result<int> release_over_quota(db::Connection& db, std::int64_t organization,
                               const Settings& settings, Instant now);

}  // namespace sextant::leads
