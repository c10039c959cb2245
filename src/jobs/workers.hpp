// The background work of one node: threads that take jobs, run the handlers of their kinds, and say
// how it went. The store may go away for a while, and the process at any moment.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "jobs/heartbeats.hpp"
#include "jobs/job_store.hpp"
#include "jobs/outage.hpp"
#include "jobs/settings.hpp"

namespace sextant::jobs {

class Workers {
 public:
  // Takes jobs of these kinds only. Begins at once.
  Workers(db::Database& database, SharedTime now, Settings settings,
          std::map<std::string, Handler> handlers);
  ~Workers();  // waits until the handlers have returned

  // There is a new job: do not wait for the next look.
  void wake();

  // Takes no more jobs and tells those that run to stop.
  void begin_stop();
  // The same, and waits for them. Those that did not end in time are given back for other nodes to
  // take, and it answers false: their threads are still busy, and the process should end.
  bool stop(std::chrono::milliseconds within);

 private:
  void work();
  void run(Job job);
  Result<void> call_handler(const Held& held) const;
  void finish(const Held& held, const Result<void>& outcome);
  Result<bool> settle(const Held& held, const Result<void>& outcome);

  bool is_stopping() const;
  std::uint64_t wakes() const;
  // Until somebody has called wake since `seen` was read, or it is time to look again.
  void wait_for_work(std::uint64_t seen);
  void rest(int failures);

  const Settings settings_;
  const std::map<std::string, Handler> handlers_;
  std::vector<std::string> kinds_;
  JobStore store_;
  Outage outage_;
  Heartbeats heartbeats_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t wakes_ = 0;
  bool is_stopping_ = false;
  int busy_ = 0;  // threads that have not ended
  std::vector<std::jthread> threads_;
};

}  // namespace sextant::jobs
