// Rate limits that hold over all nodes: one row for each endpoint and organisation, counted by one
// statement and the database's clock. A lease of part of a budget to each node would be cheaper,
// but not exact: what one node has left another would refuse. The table is not logged: a crash of
// the database opens new windows.
#pragma once

#include "access/rate_limits.hpp"
#include "db/database.hpp"

namespace sextant::access {

class SharedRateLimits : public RateLimits {
 public:
  SharedRateLimits(const RateSettings& settings, db::Database& database)
      : RateLimits(settings), database_(database) {}

  // `unavailable` while the database is.
  using RateLimits::spend;
  Result<RateAnswer> spend(std::string_view endpoint, std::int64_t organization,
                           const RateLimit& limit) override;

  // Forgets the windows that have ended: to be called now and then, by any node.
  Result<void> reclaim();

 private:
  db::Database& database_;
};

}  // namespace sextant::access
