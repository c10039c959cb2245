// How background work is done. Operators set `workers`; the rest is for tests to shorten.
#pragma once

#include <chrono>
#include <string>

namespace sextant::jobs {

struct Settings {
  int workers = 2;                             // jobs that a node does at a time
  std::string node;                            // what to call this one
  std::chrono::milliseconds lease{15'000};     // a dead node's work may be taken after it
  std::chrono::milliseconds heartbeat{5'000};  // a living one renews its leases so often
  std::chrono::milliseconds poll{1'000};       // how long a free worker waits to look again
  int attempts_most = 8;
  std::chrono::milliseconds first_retry{10'000};  // doubled with every attempt
  std::chrono::milliseconds longest_retry{600'000};
};

}  // namespace sextant::jobs
