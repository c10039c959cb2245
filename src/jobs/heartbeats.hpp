// Keeps the leases of the jobs that this process runs, from one thread. A job whose claim is gone,
// or could not be renewed for as long as a lease, is told to stop: another node may have it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "jobs/job_store.hpp"
#include "jobs/outage.hpp"
#include "jobs/settings.hpp"

namespace sextant::jobs {

// A job while it is run.
struct Held {
  using Clock = std::chrono::steady_clock;

  const Job job;
  std::stop_source stop{};
  std::atomic<bool> is_lost = false;
  const Clock::time_point begun_at = Clock::now();
  Clock::time_point renewed_at = begun_at;  // the heartbeats' own
};

class Heartbeats {
 public:
  Heartbeats(JobStore& store, Outage& outage, const Settings& settings);

  // From now on its lease is kept. Once stop_all was called it is told to stop at once.
  std::shared_ptr<Held> hold(Job job);
  void let_go(const std::shared_ptr<Held>& held);

  // Tells all to stop; their leases are kept until they have.
  void stop_all();
  std::vector<std::shared_ptr<Held>> held() const;

 private:
  void run(const std::stop_token& stop);
  void renew(Held& held);

  JobStore& store_;
  Outage& outage_;
  const Settings& settings_;
  mutable std::mutex mutex_;
  std::condition_variable_any pause_;
  std::list<std::shared_ptr<Held>> held_;
  bool is_stopping_ = false;
  std::jthread thread_;
};

}  // namespace sextant::jobs
