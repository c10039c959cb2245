// The background work of this node: imports that somebody asked for, and the refreshing of all that
// came by URL.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "app/leads_capture.hpp"
#include "app/store.hpp"
#include "hooks/courier.hpp"
#include "jobs/shared_time.hpp"
#include "jobs/workers.hpp"
#include "scoring/scorer.hpp"

namespace sextant::app {

// One at a time for each name: two fetches into one clone would be in each other's way.
class Turns {
 public:
  class Turn {
   public:
    Turn(Turns& turns, const std::string& name) : turns_(turns), name_(turns.take(name)) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { turns_.give_back(name_); }

   private:
    Turns& turns_;
    const std::string name_;
  };

 private:
  std::string take(const std::string& name);
  void give_back(const std::string& name);

  std::mutex mutex_;
  std::condition_variable given_back_;
  std::set<std::string> taken_;
};

class BackgroundWork {
 public:
  // Begins at once. The store and the clock outlive it; `key` is the installation's.
  static Result<std::unique_ptr<BackgroundWork>> start(const Store& store, const Secret& key,
                                                       const Clock& clock);

  // There is something new to do.
  void wake();
  // As those of jobs::Workers.
  void begin_stop();
  bool stop(std::chrono::milliseconds within);

 private:
  BackgroundWork(const Store& store, const Secret& key, const Clock& clock);
  Result<void> add_schedules();
  std::map<std::string, jobs::Handler> handlers();

  const Store& store_;
  const Clock& clock_;
  const std::unique_ptr<scoring::Scorer> scorer_;
  const jobs::SharedTime now_;
  const Sealer hook_secrets_;
  LeadsCapture capture_;
  Turns turns_;
  std::unique_ptr<hooks::Courier> courier_;
  std::unique_ptr<jobs::Workers> workers_;
};

}  // namespace sextant::app
