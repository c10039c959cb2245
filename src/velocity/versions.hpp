// How often an organisation's data changed: what ETags are made from, and what tells memory from
// stale.
#pragma once

#include <cstdint>

#include "db/connection.hpp"

namespace sextant::velocity {

struct Versions {
  std::int64_t data = 0;           // anything at all
  std::int64_t names = 0;          // repositories, identities, contributors
  std::int64_t pull_requests = 0;  // how many are listed
};

Result<Versions> read_versions(db::Connection& db, std::int64_t organization);

// What a transaction changed. `data` always counts.
struct Change {
  bool names = false;
  std::int64_t pull_requests_added = 0;
};
Result<void> count_change(db::Connection& db, std::int64_t organization, const Change& change);

// After an older state of the store has come back: its versions go on from where none has been, so
// that no ETag given out since means something else.
Result<void> count_return(db::Connection& db, Instant now);

}  // namespace sextant::velocity
