// The jobs as they are stored, and who has which. A job is taken by a claim with a lease; every
// later word about it names the claim, so that whoever has lost it changes nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "jobs/job.hpp"
#include "jobs/shared_time.hpp"

namespace sextant::jobs {

// Inserts a job, in the transaction of what it follows from, and answers its id. Where there is one
// of its kind and key already, that one stays, with the new payload: waiting, it is due at the
// sooner of both times; running, it runs once more afterwards, since what is asked for now it may
// have missed; failed, it begins anew.
Result<std::int64_t> enqueue(db::Connection& connection, const NewJob& job, Instant now);

struct JobCounts {
  std::int64_t waiting = 0;
  std::int64_t running = 0;
  std::int64_t failed = 0;
};
// Of all organisations, without the schedules.
Result<JobCounts> count_jobs(db::Connection& connection);

struct JobName {
  std::int64_t organization = 0;
  std::string key;
};
// Forgets the jobs of a kind that were made before then and have failed for good; at most a slice.
// Which they were.
Result<std::vector<JobName>> remove_failed(db::Connection& connection, std::string_view kind,
                                           Instant before);

class JobStore {
 public:
  using Duration = std::chrono::milliseconds;

  JobStore(db::Database& database, SharedTime now) : database_(database), now_(std::move(now)) {}

  // As enqueue, in a transaction of its own.
  Result<std::int64_t> add(const NewJob& job);

  // Makes the kind a schedule: one job that comes back so long after it was done, on one node at a
  // time. A shorter repeat than before counts at once.
  Result<void> add_schedule(std::string_view kind, Duration repeat);

  // Takes a job that is due, whoever had it before; organisations take turns by chance. Nothing
  // when there is none. While there is none nothing is written.
  Result<std::optional<Job>> claim(const std::vector<std::string>& kinds, std::string_view node,
                                   Duration lease);

  // These answer whether the claim still stood; if not, nothing was changed.
  Result<bool> renew(const Job& job, Duration lease);
  Result<bool> complete(const Job& job);
  Result<bool> retry(const Job& job, std::string_view error, Duration delay);
  // For good, until it is enqueued again; a schedule comes back.
  Result<bool> fail(const Job& job, std::string_view error);
  // Back to where it was, as if it had not been taken.
  Result<bool> give_back(const Job& job);

 private:
  struct Due {
    std::vector<std::int64_t> organizations;
    db::Dialect dialect = db::Dialect::sqlite;
  };
  Result<Due> find_due(const std::vector<std::string>& kinds, Instant now);
  Result<std::optional<Job>> claim_one(std::int64_t organization, db::Dialect dialect,
                                       const std::vector<std::string>& kinds, std::string_view node,
                                       Instant now, Duration lease);
  Result<bool> changes(const db::Query& query);

  db::Database& database_;
  SharedTime now_;
};

}  // namespace sextant::jobs
