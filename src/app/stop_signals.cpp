#include "app/stop_signals.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>

namespace sextant::app {
namespace {

constexpr std::chrono::milliseconds look_up_every{100};

}  // namespace

StopSignals::StopSignals() {
  ::signal(SIGPIPE, SIG_IGN);
  sigemptyset(&set_);
  sigaddset(&set_, SIGTERM);
  sigaddset(&set_, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
}

int StopSignals::wait() const {
  int signal = 0;
  ::sigwait(&set_, &signal);
  return signal;
}

int StopSignals::wait_for(std::chrono::milliseconds time) const {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const timespec within{.tv_sec = seconds.count(),
                        .tv_nsec = std::chrono::nanoseconds(time - seconds).count()};
  return std::max(::sigtimedwait(&set_, nullptr, &within), 0);
}

StopOnSignal::StopOnSignal(const StopSignals& signals)
    : waiting_([this, &signals](const std::stop_token& end) {
        while (!end.stop_requested()) {
          if (signals.wait_for(look_up_every) == 0) continue;
          if (!source_.request_stop()) std::_Exit(EXIT_FAILURE);
        }
      }) {}

}  // namespace sextant::app
