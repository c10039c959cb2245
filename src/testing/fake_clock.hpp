// For tests: a clock that stands still until it is told to go on.
#pragma once

#include <atomic>

#include "base/time.hpp"

namespace sextant::testing {

class FakeClock : public Clock {
 public:
  explicit FakeClock(Instant at = from_unix_ms(1'780'000'000'000)) : ms_(unix_ms(at)) {}
  Instant now() const override { return from_unix_ms(ms_); }
  void advance(std::chrono::milliseconds by) { ms_ += by.count(); }

 private:
  std::atomic<std::int64_t> ms_;
};

}  // namespace sextant::testing
