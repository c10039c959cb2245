#include "velocity/roll_up_check.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <utility>

#include "velocity/daily_scores.hpp"
#include "velocity/versions.hpp"

namespace sextant::velocity {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct Sum {
  std::int64_t count = 0;
  std::int64_t total = 0;
  bool operator==(const Sum&) const = default;
};

// What the tables should hold, or hold, about one identity.
struct RollUps {
  std::map<std::int64_t, std::pair<Sum, std::string>> days;        // with the packed histogram
  std::map<std::pair<std::int64_t, std::int64_t>, Sum> intervals;  // by span and first day
  bool operator==(const RollUps&) const = default;
};

std::int64_t number_of(Day day) {
  return day.time_since_epoch().count();
}

db::Query scored_rows(std::int64_t organization, std::int64_t identity) {
  return db::Query(
      "SELECT merged_at, score FROM pull_requests WHERE organization = {} AND identity = {} AND "
      "score IS NOT NULL",
      organization, identity);
}

Result<RollUps> roll_up_rows(db::Connection& db, std::int64_t organization, std::int64_t identity) {
  std::map<Day, Histogram> histograms;
  TRY(db.each(scored_rows(organization, identity), [&](const db::Row& row) {
    histograms[day_of(row.time(0))].add(static_cast<int>(row.integer(1)));
  }));
  RollUps made;
  for (const auto& [day, histogram] : histograms) {
    const Sum sum{histogram.count(), histogram.total()};
    made.days[number_of(day)] = {sum, histogram.pack()};
    for (const Interval span : {Interval::week, Interval::month}) {
      Sum& interval =
          made.intervals[{static_cast<std::int64_t>(span), number_of(start_of(span, day))}];
      interval.count += sum.count;
      interval.total += sum.total;
    }
  }
  return made;
}

Result<RollUps> read_roll_ups(db::Connection& db, std::int64_t organization,
                              std::int64_t identity) {
  RollUps stored;
  TRY(db.each(db::Query("SELECT day, count, total, histogram FROM daily_scores WHERE organization "
                        "= {} AND identity = {}",
                        organization, identity),
              [&](const db::Row& row) {
                stored.days[row.integer(0)] = {{row.integer(1), row.integer(2)},
                                               std::string(row.blob(3))};
              }));
  // What was taken back to nothing stays as a row of zeros.
  TRY(db.each(db::Query("SELECT span, first_day, count, total FROM score_sums WHERE organization = "
                        "{} AND identity = {} AND (count <> 0 OR total <> 0)",
                        organization, identity),
              [&](const db::Row& row) {
                stored.intervals[{row.integer(0), row.integer(1)}] = {row.integer(2),
                                                                      row.integer(3)};
              }));
  return stored;
}

Result<bool> agrees(db::Connection& db, std::int64_t organization, std::int64_t identity) {
  const auto snapshot = TRY(db::Snapshot::begin(db));
  return TRY(roll_up_rows(db, organization, identity)) ==
         TRY(read_roll_ups(db, organization, identity));
}

Result<std::int64_t> count_rows(db::Connection& db, std::int64_t organization) {
  return TRY(db.row(db::Query("SELECT COUNT(*) FROM pull_requests WHERE organization = {}",
                              organization),
                    [](const db::Row& row) { return row.integer(0); }))
      .value_or(0);
}

Result<std::vector<std::int64_t>> ids(db::Connection& db, const db::Query& query) {
  auto found = TRY(db.rows(query, [](const db::Row& row) { return row.integer(0); }));
  std::ranges::shuffle(found, std::minstd_rand(std::random_device{}()));
  return found;
}

Result<void> mend_sums(db::Connection& db, const RollUpCheck::Person& person) {
  DailyScoreChanges anew;
  TRY(db.each(scored_rows(person.organization, person.identity), [&](const db::Row& row) {
    anew.add(person.identity, row.time(0), static_cast<int>(row.integer(1)));
  }));
  for (const char* table : {"daily_scores", "score_sums"}) {
    db::Query query("DELETE FROM ");
    query.append(table).append(" WHERE organization = {} AND identity = {}", person.organization,
                               person.identity);
    TRY(db.execute(query));
  }
  TRY(anew.write(db, person.organization));
  return count_change(db, person.organization, {});
}

}  // namespace

Result<RollUpCheck> check_roll_ups(db::Connection& db, std::chrono::milliseconds most) {
  const auto until = SteadyClock::now() + most;
  RollUpCheck check;
  const auto organizations = TRY(ids(db, db::Query("SELECT organization FROM velocity_versions")));
  check.organizations = std::ssize(organizations);
  for (const std::int64_t organization : organizations) {
    if (SteadyClock::now() >= until) {
      check.is_sample = true;
      break;
    }
    {
      const auto snapshot = TRY(db::Snapshot::begin(db));
      const auto rows = TRY(count_rows(db, organization));
      if (rows != TRY(read_versions(db, organization)).pull_requests)
        check.wrong_counts.push_back(organization);
    }
    for (const std::int64_t identity : TRY(ids(
             db, db::Query("SELECT id FROM identities WHERE organization = {}", organization)))) {
      if (SteadyClock::now() >= until) {
        check.is_sample = true;
        break;
      }
      ++check.identities;
      if (!TRY(agrees(db, organization, identity)))
        check.wrong_sums.push_back({organization, identity});
    }
  }
  return check;
}

Result<void> mend_roll_ups(db::Database& database, const RollUpCheck& found) {
  for (const RollUpCheck::Person& person : found.wrong_sums)
    TRY(database.write([&](db::Connection& db) { return mend_sums(db, person); }));
  for (const std::int64_t organization : found.wrong_counts)
    TRY(database.write([&](db::Connection& db) -> Result<void> {
      const auto rows = TRY(count_rows(db, organization));
      const Versions versions = TRY(read_versions(db, organization));
      return count_change(db, organization,
                          {.names = false, .pull_requests_added = rows - versions.pull_requests});
    }));
  return {};
}

}  // namespace sextant::velocity
