// What people may ask for: to be erased and not to come back, and that nothing is kept for longer
// than needed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/secrets.hpp"
#include "base/time.hpp"
#include "db/connection.hpp"

namespace sextant::leads {

struct Erased {
  std::int64_t people = 0;
  std::int64_t leads = 0;
  std::int64_t profiles = 0;
  std::int64_t deliveries = 0;  // bodies of announcements
  std::int64_t events = 0;      // stored as received
  std::int64_t answers = 0;     // kept for requests that are repeated
};

// Forgets the events about a person that are stored as received, in the same transaction; answers
// how many. The forge id is 0 where only the login is known.
using EraseEvents = std::function<Result<std::int64_t>(
    db::Connection& db, std::int64_t organization, std::int64_t forge_id, std::string_view login)>;

// "jdoe", of what people write for it: "@jdoe". `invalid` for what no forge gives.
Result<std::string> read_login(std::string_view text);

// Everything the organisation has of whoever has the login, and a tombstone, so that the person is
// not captured again under this login or another. A login never seen gets its tombstone too. The
// shared profile goes with the last organisation that knows the person.
Result<Erased> erase_person(db::Connection& db, std::int64_t organization, std::string_view login,
                            const Hash& tombstone_key, const EraseEvents& erase_events,
                            Instant now);

Result<bool> has_tombstone(db::Connection& db, std::int64_t organization, const Hash& tombstone_key,
                           std::int64_t forge_id, std::string_view login);

// Of any organisation: what is kept for everybody must not hold whom one has erased.
Result<bool> is_erased_anywhere(db::Connection& db, const Hash& tombstone_key,
                                std::int64_t forge_id, std::string_view login);

// How long leads are kept; nothing: for good. 1 to 3650 days.
Result<void> set_retention(db::Connection& db, std::int64_t organization, std::optional<int> days);
Result<std::optional<int>> read_retention(db::Connection& db, std::int64_t organization);
// Removes what is older than that, with people who have no lead left, and what else has had its
// time. At most a slice; 0 when nothing is left to do.
Result<std::int64_t> purge(db::Connection& db, std::int64_t organization, Instant now);

}  // namespace sextant::leads
