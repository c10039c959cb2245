// A time without the store, over all threads of a process: told once when it begins and once when
// it is over.
#pragma once

#include <atomic>

#include "base/log.hpp"
#include "base/result.hpp"

namespace sextant::jobs {

class Outage {
 public:
  void note(const Error& error) {
    if (!is_on_.exchange(true)) log::warning("jobs.store_away", {{"reason", error.message}});
  }
  void end() {
    if (is_on_.load(std::memory_order_relaxed) && is_on_.exchange(false))
      log::info("jobs.store_back");
  }

 private:
  std::atomic<bool> is_on_ = false;
};

}  // namespace sextant::jobs
