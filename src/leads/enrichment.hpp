// What came to be known of a person: kept for all organisations, and told to those that have leads
// of the person.
#pragma once

#include "base/result.hpp"
#include "leads/profile.hpp"

namespace sextant::leads {

// In a write transaction. Announces lead.enriched for each shown lead, unless nothing changed.
Result<void> save_profile(db::Connection& db, std::int64_t forge_id, const Profile& profile,
                          Instant now);

}  // namespace sextant::leads
