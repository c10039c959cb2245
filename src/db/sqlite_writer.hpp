// The one thread of the process that writes. What waits while it commits shares the next commit:
// under load the cost of reaching the disk is divided by the number of those who wait.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "db/sqlite_connection.hpp"

namespace sextant::db {

class SqliteWriter {
 public:
  using Work = std::function<Result<void>(Connection&)>;

  explicit SqliteWriter(std::unique_ptr<SqliteConnection> connection);
  SqliteWriter(const SqliteWriter&) = delete;
  SqliteWriter& operator=(const SqliteWriter&) = delete;
  ~SqliteWriter();

  // As Database::write. What `work` throws is thrown here.
  Result<void> write(const Work& work);

 private:
  struct Job {
    const Work* work;
    Result<void> outcome;
    std::exception_ptr thrown;
    bool is_done = false;
    std::condition_variable done;
  };
  using Jobs = std::vector<Job*>;

  void run();
  void write_together(std::size_t already_waiting);
  Job* take_one();
  Jobs take(std::size_t most);
  void put_back(const Jobs& jobs);
  void run_job(Job& job);
  void undo_job();
  void finish(const Jobs& jobs);
  void let_others_write();

  using Time = std::chrono::steady_clock::time_point;
  std::unique_ptr<SqliteConnection> connection_;
  Time locked_at_;
  Time unlocked_at_;
  std::chrono::steady_clock::duration held_{
      0};  // how long the lock was ours since others had a chance

  std::mutex mutex_;  // for what follows, and for the jobs
  std::condition_variable has_work_;
  std::deque<Job*> waiting_;
  bool is_stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace sextant::db
