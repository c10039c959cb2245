// Work that is done later, by whichever node is free: at least once, by one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sextant::jobs {

struct NewJob {
  std::int64_t organization = 0;
  std::string kind;     // "velocity.import": which handler does it
  std::string key;      // what it is about: an organisation has one job of a kind and key
  std::string payload;  // JSON
  std::chrono::milliseconds delay{0};
};

// A job in the hands of whoever runs it.
struct Job {
  std::int64_t organization = 0;
  std::int64_t id = 0;
  std::string kind;
  std::string key;
  std::string payload;
  int attempt = 1;
  std::int64_t claim = 0;  // lets its holder finish it, for as long as nobody else has taken it
};

// What does the jobs of one kind. A job may be cut short at any moment and done again, so doing it
// twice must be as good as once. The token says when to leave off: the node is stopping, or another
// has taken the job. `invalid` fails the job for good, any other error has it tried again.
using Handler = std::function<Result<void>(const Job& job, const std::stop_token& stop)>;

}  // namespace sextant::jobs
