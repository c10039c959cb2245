// What time it is for all that share the store. Claims and leases are a matter between nodes, whose
// clocks differ; one that runs ahead would take work from others that are alive. So it is the
// database's clock that counts. The embedded store has one machine, and that machine's clock.
#pragma once

#include <functional>

#include "db/database.hpp"

namespace sextant::jobs {

using SharedTime = std::function<Result<Instant>()>;

// The database's clock on PostgreSQL, `clock` otherwise.
SharedTime shared_time(db::Database& database, const Clock& clock);

}  // namespace sextant::jobs
