#include "jobs/job_store.hpp"

#include <algorithm>
#include <random>

#include "base/ids.hpp"
#include "base/text.hpp"

namespace sextant::jobs {
namespace {

constexpr int organizations_most = 16;
constexpr std::size_t error_bytes_most = 2000;

// Nobody waits for a row that another is taking; SQLite has one writer anyway.
std::string_view skip_locked(db::Dialect dialect) {
  return dialect == db::Dialect::postgresql ? " FOR UPDATE SKIP LOCKED" : "";
}

std::string stored_error(std::string_view error) {
  return valid_utf8(error.substr(0, error_bytes_most));
}

// "UPDATE jobs SET ..." for whoever has the claim.
db::Query& of_claim(db::Query& query, const Job& job) {
  return query.append(" WHERE organization = {} AND id = {} AND claim = {}", job.organization,
                      job.id, job.claim);
}

}  // namespace

Result<std::int64_t> enqueue(db::Connection& connection, const NewJob& job, Instant now) {
  const auto id = TRY(connection.row(
      db::Query(
          "INSERT INTO jobs (organization, id, kind, natural_key, payload, state, due_at, claim,"
          " claimed_by, attempts, runs_again, repeat_ms, last_error, created_at)"
          " VALUES ({}, {}, {}, {}, {}, 'waiting', {}, NULL, '', 0, FALSE, NULL, '', {})"
          " ON CONFLICT (organization, kind, natural_key) DO UPDATE SET"
          " payload = excluded.payload,"
          " runs_again = (jobs.state = 'running'),"
          " due_at = CASE WHEN jobs.state = 'running' OR jobs.due_at < excluded.due_at"
          " THEN jobs.due_at ELSE excluded.due_at END,"
          " attempts = CASE WHEN jobs.state = 'failed' THEN 0 ELSE jobs.attempts END,"
          " state = CASE WHEN jobs.state = 'failed' THEN 'waiting' ELSE jobs.state END"
          " RETURNING id",
          job.organization, new_id(), job.kind, job.key, job.payload, now + job.delay, now),
      [](const db::Row& row) { return row.integer(0); }));
  if (!id) return fail(ErrorKind::internal, "a job was not stored");
  return *id;
}

Result<std::vector<JobName>> remove_failed(db::Connection& connection, std::string_view kind,
                                           Instant before) {
  constexpr int slice = 500;
  const auto failed = TRY(connection.rows(
      db::Query("SELECT organization, natural_key FROM jobs WHERE state = 'failed' AND kind = {}"
                " AND created_at < {} LIMIT {}",
                kind, before, slice),
      [](const db::Row& row) { return JobName{row.integer(0), std::string(row.text(1))}; }));
  for (const JobName& job : failed)
    TRY(connection.post(
        db::Query("DELETE FROM jobs WHERE organization = {} AND kind = {} AND natural_key = {}",
                  job.organization, kind, job.key)));
  return failed;
}

Result<JobCounts> count_jobs(db::Connection& connection) {
  JobCounts counts;
  TRY(connection.each(
      db::Query("SELECT state, COUNT(*) FROM jobs WHERE repeat_ms IS NULL GROUP BY state"),
      [&](const db::Row& row) {
        const std::string_view state = row.text(0);
        (state == "running"  ? counts.running
         : state == "failed" ? counts.failed
                             : counts.waiting) = row.integer(1);
      }));
  return counts;
}

Result<std::int64_t> JobStore::add(const NewJob& job) {
  const Instant now = TRY(now_());
  std::int64_t id = 0;
  TRY(database_.write([&](db::Connection& connection) -> Result<void> {
    id = TRY(enqueue(connection, job, now));
    return {};
  }));
  return id;
}

Result<void> JobStore::add_schedule(std::string_view kind, Duration repeat) {
  const Instant now = TRY(now_());
  return database_.change(
      db::Query(
          "INSERT INTO jobs (organization, id, kind, natural_key, payload, state, due_at, claim,"
          " claimed_by, attempts, runs_again, repeat_ms, last_error, created_at)"
          " VALUES (0, {}, {}, '', {}, 'waiting', {}, NULL, '', 0, FALSE, {}, '', {})"
          " ON CONFLICT (organization, kind, natural_key) DO UPDATE SET"
          " repeat_ms = excluded.repeat_ms,"
          " due_at = CASE WHEN jobs.state = 'waiting' AND jobs.due_at > excluded.due_at"
          " THEN excluded.due_at ELSE jobs.due_at END",
          new_id(), kind, "{}", now + repeat, repeat.count(), now),
      [](const db::Row&) {});
}

Result<std::optional<Job>> JobStore::claim(const std::vector<std::string>& kinds,
                                           std::string_view node, Duration lease) {
  const Instant now = TRY(now_());
  const Due due = TRY(find_due(kinds, now));
  for (const std::int64_t organization : due.organizations) {
    auto job = TRY(claim_one(organization, due.dialect, kinds, node, now, lease));
    if (job) return job;
  }
  return std::nullopt;
}

// Those with work that has waited longest, shuffled: no organisation's thousands keep another's one
// back, and claimers seldom meet. A claim is then made within one organisation, as a cluster wants.
Result<JobStore::Due> JobStore::find_due(const std::vector<std::string>& kinds, Instant now) {
  const auto reader = TRY(database_.reader());
  Due due{.organizations = {}, .dialect = reader->dialect()};
  db::Query query("SELECT organization FROM jobs WHERE due_at <= {} AND kind IN ", now);
  query.append_list(kinds).append(" GROUP BY organization ORDER BY MIN(due_at) LIMIT {}",
                                  organizations_most);
  due.organizations = TRY(reader->rows(query, [](const db::Row& row) { return row.integer(0); }));
  thread_local std::minstd_rand generator{std::random_device{}()};
  std::ranges::shuffle(due.organizations, generator);
  return due;
}

Result<std::optional<Job>> JobStore::claim_one(std::int64_t organization, db::Dialect dialect,
                                               const std::vector<std::string>& kinds,
                                               std::string_view node, Instant now, Duration lease) {
  std::optional<Job> taken;
  const std::int64_t claim = new_id();
  db::Query query(
      "UPDATE jobs SET state = 'running', claim = {}, claimed_by = {}, due_at = {},"
      " attempts = attempts + 1, runs_again = FALSE",
      claim, node, now + lease);
  query.append(" WHERE organization = {} AND id = (SELECT id FROM jobs WHERE organization = {}",
               organization, organization);
  query.append(" AND due_at <= {} AND kind IN ", now).append_list(kinds);
  query.append(" ORDER BY due_at, id LIMIT 1").append(skip_locked(dialect));
  // Said again outside: another may have taken it between the inner look and this.
  query.append(") AND due_at <= {}", now);
  query.append(" RETURNING id, kind, natural_key, payload, attempts");
  TRY(database_.change(query, [&](const db::Row& row) {
    taken = Job{.organization = organization,
                .id = row.integer(0),
                .kind = std::string(row.text(1)),
                .key = std::string(row.text(2)),
                .payload = std::string(row.text(3)),
                .attempt = static_cast<int>(row.integer(4)),
                .claim = claim};
  }));
  return taken;
}

Result<bool> JobStore::changes(const db::Query& query) {
  bool changed = false;
  TRY(database_.change(query, [&](const db::Row&) { changed = true; }));
  return changed;
}

Result<bool> JobStore::renew(const Job& job, Duration lease) {
  const Instant now = TRY(now_());
  db::Query query("UPDATE jobs SET due_at = {}", now + lease);
  return changes(of_claim(query, job).append(" RETURNING id"));
}

Result<bool> JobStore::complete(const Job& job) {
  const Instant now = TRY(now_());
  db::Query remove("DELETE FROM jobs");
  of_claim(remove, job).append(" AND NOT runs_again AND repeat_ms IS NULL RETURNING id");
  if (TRY(changes(remove))) return true;
  // What was asked for while it ran is not taken back, so no third case comes up in between.
  db::Query again(
      "UPDATE jobs SET state = 'waiting', claim = NULL, claimed_by = '', attempts = 0,"
      " last_error = '', runs_again = FALSE,"
      " due_at = CASE WHEN runs_again THEN {} ELSE {} + repeat_ms END",
      now, now);
  return changes(of_claim(again, job).append(" RETURNING id"));
}

Result<bool> JobStore::retry(const Job& job, std::string_view error, Duration delay) {
  const Instant now = TRY(now_());
  db::Query query(
      "UPDATE jobs SET state = 'waiting', claim = NULL, claimed_by = '', due_at = {},"
      " last_error = {}",
      now + delay, stored_error(error));
  return changes(of_claim(query, job).append(" RETURNING id"));
}

Result<bool> JobStore::fail(const Job& job, std::string_view error) {
  const Instant now = TRY(now_());
  db::Query query(
      "UPDATE jobs SET claim = NULL, claimed_by = '', last_error = {}, runs_again = FALSE,"
      " state = CASE WHEN runs_again OR repeat_ms IS NOT NULL THEN 'waiting' ELSE 'failed' END,"
      " attempts = CASE WHEN runs_again OR repeat_ms IS NOT NULL THEN 0 ELSE attempts END,"
      " due_at = CASE WHEN runs_again THEN {} ELSE {} + repeat_ms END",
      stored_error(error), now, now);
  return changes(of_claim(query, job).append(" RETURNING id"));
}

Result<bool> JobStore::give_back(const Job& job) {
  const Instant now = TRY(now_());
  db::Query query(
      "UPDATE jobs SET state = 'waiting', claim = NULL, claimed_by = '', due_at = {},"
      " attempts = attempts - 1",
      now);
  return changes(of_claim(query, job).append(" RETURNING id"));
}

}  // namespace sextant::jobs
