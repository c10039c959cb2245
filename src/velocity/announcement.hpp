// What Velocity tells the outside, through webhooks: that a pull request has its score.
#pragma once

#include "db/connection.hpp"
#include "forge/merge.hpp"
#include "velocity/pull_request_store.hpp"
#include "velocity/repository_store.hpp"

namespace sextant::velocity {

constexpr const char* scored_event = "pull_request.scored";

// In the transaction that stores the score.
Result<void> announce_scored(db::Connection& db, std::int64_t organization,
                             const TrackedRepository& repository, const forge::Merge& merge,
                             const StoredScore& score, Instant now);

}  // namespace sextant::velocity
