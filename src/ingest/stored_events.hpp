// Events kept for a while after they came: what a new keyword would have matched, and what each
// path has brought of a repository.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/subscriber.hpp"

namespace sextant::ingest {

// Keeps those of the arrival's events whose places are given. What is there already, by whatever
// path it came, stays as it is.
Result<void> save_events(db::Connection& connection, const Arrival& arrival,
                         const std::vector<std::size_t>& places);

// Those that the organisation may see, its own and the public ones, the latest received first and
// at most `most`, until `sink` says false.
Result<void> each_stored_event(db::Connection& connection, std::int64_t organization, int most,
                               const std::function<bool(const forge::Event&)>& sink);

// Forgets what is by that person, of the organisation's and of the public ones; answers how many.
// The number is 0 where only the login is known.
Result<std::int64_t> erase_events(db::Connection& connection, std::int64_t organization,
                                  std::int64_t actor, std::string_view login);

// Removes what was received before then; at most a slice. How many they were.
Result<std::int64_t> purge_events(db::Connection& connection, Instant before);

}  // namespace sextant::ingest
