#include "db/sqlite_writer.hpp"

#include <chrono>

#include "base/log.hpp"

namespace sextant::db {
namespace {

using std::chrono::steady_clock;

// A transaction is committed after this long, whoever still waits: writers in other processes wait
// too.
constexpr auto slice = std::chrono::milliseconds{50};
// The gap in which one of them finds the lock free; they ask every millisecond.
constexpr auto gap = std::chrono::milliseconds{3};

const Query begin("BEGIN IMMEDIATE");
const Query commit("COMMIT");
const Query rollback("ROLLBACK");
const Query begin_job("SAVEPOINT job");
const Query end_job("RELEASE job");
const Query rollback_job("ROLLBACK TO job");

Result<void> run(SqliteConnection& connection, const Query& query) {
  TRY(connection.execute(query));
  return {};
}

}  // namespace

SqliteWriter::SqliteWriter(std::unique_ptr<SqliteConnection> connection)
    : connection_(std::move(connection)), thread_([this] { run(); }) {}

SqliteWriter::~SqliteWriter() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  has_work_.notify_one();
  thread_.join();
}

Result<void> SqliteWriter::write(const Work& work) {
  if (std::this_thread::get_id() == thread_.get_id())
    return fail(ErrorKind::internal, "a write within a write would wait for itself");
  Job job{.work = &work, .outcome = {}, .thrown = {}, .is_done = false, .done = {}};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&job);
  has_work_.notify_one();
  job.done.wait(lock, [&] { return job.is_done; });
  if (job.thrown) std::rethrow_exception(job.thrown);
  return job.outcome;
}

void SqliteWriter::run() {
  while (true) {
    std::size_t already_waiting = 0;
    {
      std::unique_lock lock(mutex_);
      has_work_.wait(lock, [&] { return is_stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      already_waiting = waiting_.size();
    }
    let_others_write();
    write_together(already_waiting);
  }
}

// One transaction: whoever waits now or comes while it runs, until its time is up.
void SqliteWriter::write_together(std::size_t already_waiting) {
  if (const auto begun = db::run(*connection_, begin); !begun) {
    const Jobs jobs = take(already_waiting);
    for (Job* job : jobs) job->outcome = begun;
    return finish(jobs);
  }
  locked_at_ = steady_clock::now();
  Jobs jobs;
  while (Job* job = steady_clock::now() - locked_at_ < slice ? take_one() : nullptr) {
    run_job(*job);
    // A full or failing disk ends the whole transaction. The others get another one, without this
    // job.
    if (!connection_->is_in_transaction()) {
      put_back(jobs);
      return finish({job});
    }
    jobs.push_back(job);
  }
  const auto committed = db::run(*connection_, commit);
  if (!committed) {
    if (connection_->is_in_transaction()) (void)connection_->execute(rollback);
    log::error("store.commit_failed",
               {{"jobs", jobs.size()}, {"error", committed.error().message}});
    for (Job* job : jobs)
      if (job->outcome) job->outcome = committed;
  }
  unlocked_at_ = steady_clock::now();
  held_ += unlocked_at_ - locked_at_;
  finish(jobs);
}

// Afterwards the transaction holds the job's changes if it succeeded, and none of them if it
// failed.
void SqliteWriter::run_job(Job& job) {
  job.outcome = db::run(*connection_, begin_job);
  if (!job.outcome) return;
  try {
    job.outcome = (*job.work)(*connection_);
  } catch (...) {
    job.thrown = std::current_exception();
    return undo_job();
  }
  if (!job.outcome) return undo_job();
  if (!connection_->is_in_transaction())
    job.outcome = fail(ErrorKind::unavailable, "the database undid the transaction; try again");
  else if (job.outcome = db::run(*connection_, end_job); !job.outcome)
    undo_job();
}

void SqliteWriter::undo_job() {
  if (!connection_->is_in_transaction()) return;
  if (connection_->execute(rollback_job) && connection_->execute(end_job)) return;
  (void)connection_->execute(rollback);
}

SqliteWriter::Job* SqliteWriter::take_one() {
  const Jobs one = take(1);
  return one.empty() ? nullptr : one.front();
}

SqliteWriter::Jobs SqliteWriter::take(std::size_t most) {
  const std::lock_guard lock(mutex_);
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(most, waiting_.size()));
  Jobs taken(waiting_.begin(), end);
  waiting_.erase(waiting_.begin(), end);
  return taken;
}

// Those that failed for themselves have their answer; the rest goes first next time.
void SqliteWriter::put_back(const Jobs& jobs) {
  Jobs again;
  Jobs failed;
  for (Job* job : jobs) (job->outcome && !job->thrown ? again : failed).push_back(job);
  finish(failed);
  const std::lock_guard lock(mutex_);
  waiting_.insert(waiting_.begin(), again.begin(), again.end());
}

void SqliteWriter::finish(const Jobs& jobs) {
  const std::lock_guard lock(mutex_);
  for (Job* job : jobs) {
    job->is_done = true;
    job->done.notify_one();
  }
}

void SqliteWriter::let_others_write() {
  const auto idle = steady_clock::now() - unlocked_at_;
  if (held_ >= slice && idle < gap) std::this_thread::sleep_for(gap - idle);
  if (held_ >= slice || idle >= gap) held_ = {};
}

}  // namespace sextant::db
