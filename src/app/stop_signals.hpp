// SIGTERM and SIGINT as something to wait for.
#pragma once

#include <chrono>
#include <csignal>
#include <stop_token>
#include <thread>

namespace sextant::app {

// Made before any thread starts: the signals are blocked then, and come to `wait` and nowhere else.
class StopSignals {
 public:
  StopSignals();
  int wait() const;
  // Zero where none came within the time.
  int wait_for(std::chrono::milliseconds time) const;

 private:
  sigset_t set_;
};

// Asks to stop at the first signal; the second one ends the program.
class StopOnSignal {
 public:
  explicit StopOnSignal(const StopSignals& signals);
  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::jthread waiting_;
};

}  // namespace sextant::app
