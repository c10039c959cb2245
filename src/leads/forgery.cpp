#include "leads/forgery.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/text.hpp"

namespace sextant::leads {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t window_hours = 7 * 24;
constexpr std::int64_t known_hours_min = 24;  // fewer say nothing about what is usual
constexpr std::int64_t burst_stars_min = 10;
constexpr double burst_deviations = 3;
constexpr std::int64_t lockstep_ms = 60'000;
constexpr std::int64_t lockstep_repositories = 3;
constexpr std::int64_t lockstep_people_max = 1'000;  // looked at for one person

std::int64_t hour_of(Instant at) {
  return unix_ms(at) / hour_ms;
}

}  // namespace

Result<void> Forgery::add_star(const Lead& lead) {
  ++added_[{fold(lead.repository), hour_of(lead.occurred_at)}];
  people_.insert(lead.person);
  return {};
}

Result<void> Forgery::finish() {
  for (const auto& [hour, count] : added_) {
    const auto stars = TRY(db_.row(
        db::Query("INSERT INTO star_hours (organization, repository_folded, hour, stars)"
                  " VALUES ({}, {}, {}, {}) ON CONFLICT (organization, repository_folded, hour)"
                  " DO UPDATE SET stars = star_hours.stars + excluded.stars RETURNING stars",
                  organization_, hour.first, hour.second, count),
        [](const db::Row& row) { return row.integer(0); }));
    if (TRY(is_burst(hour, stars.value_or(0)))) TRY(mark_burst(hour));
  }
  for (const std::int64_t person : people_) TRY(mark_lockstep(person));
  return {};
}

int Forgery::evidence_of(const Lead& lead) const {
  if (lead.kind != ActKind::star) return no_evidence;
  int evidence = no_evidence;
  if (bursts_.contains({fold(lead.repository), hour_of(lead.occurred_at)})) evidence |= burst;
  if (in_lockstep_.contains(lead.person)) evidence |= lockstep;
  return evidence;
}

// Against the hours of the week before it, those without a star included.
Result<bool> Forgery::is_burst(const Hour& hour, std::int64_t stars) {
  if (stars < burst_stars_min) return false;
  double sum = 0;
  double squares = 0;
  std::int64_t first_hour = hour.second;
  TRY(db_.each(db::Query("SELECT hour, stars FROM star_hours WHERE organization = {}"
                         " AND repository_folded = {} AND hour >= {} AND hour < {} ORDER BY hour",
                         organization_, hour.first, hour.second - window_hours, hour.second),
               [&](const db::Row& row) {
                 first_hour = std::min(first_hour, row.integer(0));
                 const double count = row.real(1);
                 sum += count;
                 squares += count * count;
               }));
  const std::int64_t known = hour.second - first_hour;
  if (known < known_hours_min) return false;
  const double mean = sum / static_cast<double>(known);
  const double variance = std::max(0.0, squares / static_cast<double>(known) - mean * mean);
  // A quiet repository deviates by less than a star: one more is no burst.
  const double deviation = std::max(1.0, std::sqrt(variance));
  return (static_cast<double>(stars) - mean) / deviation > burst_deviations;
}

Result<void> Forgery::mark_burst(const Hour& hour) {
  bursts_.insert(hour);
  return db_.post(
      db::Query("UPDATE leads SET evidence = evidence | 1 WHERE organization = {} AND kind = 0"
                " AND repository_folded = {} AND occurred_at >= {} AND occurred_at < {}"
                " AND (evidence & 1) = 0",
                organization_, hour.first, hour.second * hour_ms, (hour.second + 1) * hour_ms));
}

Result<void> Forgery::mark_lockstep(std::int64_t person) {
  const auto count =
      TRY(db_.row(db::Query("SELECT COUNT(*) FROM leads WHERE organization = {} AND person = {}"
                            " AND kind = 0",
                            organization_, person),
                  [](const db::Row& row) { return row.integer(0); }));
  if (count.value_or(0) < lockstep_repositories) return {};
  auto together = TRY(db_.rows(
      // The person's stars first: SQLite takes a CROSS JOIN in the order it is written, and the
      // index by person for a range of kinds only; stars are the first kind.
      db::Query(
          "SELECT o.person FROM leads AS m CROSS JOIN leads AS o"
          " WHERE m.organization = {} AND m.person = {} AND m.kind <= 0"
          " AND o.organization = m.organization"
          " AND o.repository_folded = m.repository_folded"
          " AND o.occurred_at BETWEEN m.occurred_at - {} AND m.occurred_at + {}"
          " AND o.kind = 0 AND o.person <> {} GROUP BY o.person HAVING COUNT(*) >= {} LIMIT {}",
          organization_, person, lockstep_ms, lockstep_ms, person, lockstep_repositories,
          lockstep_people_max),
      [](const db::Row& row) { return row.integer(0); }));
  if (together.empty()) return {};
  together.push_back(person);
  in_lockstep_.insert(together.begin(), together.end());
  db::Query mark(
      "UPDATE leads SET evidence = evidence | 2 WHERE organization = {} AND kind = 0"
      " AND (evidence & 2) = 0 AND person IN ",
      organization_);
  mark.append_list(together);
  return db_.post(mark);
}

}  // namespace sextant::leads
