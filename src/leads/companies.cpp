#include "leads/companies.hpp"

namespace sextant::leads {

Result<std::vector<Company>> list_companies(db::Connection& db, std::int64_t organization,
                                            Instant now, int limit, std::int64_t offset) {
  using std::chrono::days;
  return db.rows(
      db::Query("SELECT p.company_key, MIN(p.company_name), COUNT(DISTINCT p.id), COUNT(*),"
                " MAX(l.captured_at), CAST(SUM(CASE WHEN l.captured_at > {} THEN 4"
                " WHEN l.captured_at > {} THEN 2 WHEN l.captured_at > {} THEN 1 ELSE 0 END)"
                " AS BIGINT) AS heat"
                // SQLite takes a CROSS JOIN in the order it is written: else it reads all leads
                // for each person.
                " FROM leads AS l CROSS JOIN people AS p WHERE p.organization = l.organization"
                " AND p.id = l.person AND l.organization = {} AND l.state = 0"
                " AND p.is_suppressed = {} AND p.company_key <> ''"
                " GROUP BY p.company_key ORDER BY 6 DESC, 5 DESC LIMIT {} OFFSET {}",
                now - days{7}, now - days{30}, now - days{90}, organization, false, limit, offset),
      [](const db::Row& row) {
        return Company{.key = std::string(row.text(0)),
                       .name = std::string(row.text(1)),
                       .people = row.integer(2),
                       .leads = row.integer(3),
                       .heat = row.integer(5),
                       .last_captured_at = row.time(4)};
      });
}

}  // namespace sextant::leads
