#include "jobs/shared_time.hpp"

namespace sextant::jobs {

SharedTime shared_time(db::Database& database, const Clock& clock) {
  return [&database, &clock]() -> Result<Instant> {
    const auto reader = TRY(database.reader());
    if (reader->dialect() == db::Dialect::sqlite) return clock.now();
    static const db::Query ask(
        "SELECT CAST(EXTRACT(EPOCH FROM statement_timestamp()) * 1000 AS BIGINT)");
    const auto now = TRY(reader->row(ask, [](const db::Row& row) { return row.time(0); }));
    if (!now) return fail(ErrorKind::internal, "the database did not say what time it is");
    return *now;
  };
}

}  // namespace sextant::jobs
