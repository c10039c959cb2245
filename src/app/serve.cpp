#include "app/serve.hpp"

#include <signal.h>

#include <condition_variable>
#include <iostream>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "access/guard.hpp"
#include "app/routes.hpp"
#include "app/secret_key.hpp"
#include "base/log.hpp"

namespace sextant::app {
namespace {

constexpr std::chrono::seconds stop_within{9};
constexpr std::chrono::seconds flush_every{20};

// Blocked before any thread starts, so that the signals come to `wait` and nowhere else.
class StopSignals {
 public:
  StopSignals() {
    ::signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }
  int wait() const {
    int signal = 0;
    ::sigwait(&set_, &signal);
    return signal;
  }

 private:
  sigset_t set_;
};

// Calls `work` every so often until the end of its scope.
class Every {
 public:
  Every(std::chrono::seconds pause, std::function<void()> work)
      : thread_([this, pause, work = std::move(work)](const std::stop_token& stop) {
          std::unique_lock lock(mutex_);
          while (!wake_.wait_for(lock, stop, pause, [&] { return stop.stop_requested(); })) work();
        }) {}

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

void flush_uses(access::Guard& guard, db::Database& database) {
  if (const auto flushed = guard.flush_uses(database); !flushed)
    log::warning("token_uses.not_saved", {{"reason", flushed.error().message}});
}

}  // namespace

Result<void> serve(const Store& store) {
  const StopSignals stop_signals;
  const Secret key = TRY(secret_key(store.config.secret_key, store.config.data));
  const Clock& clock = system_clock();

  access::RateLimits limits(store.config.rates, clock);
  access::Guard guard(limits, clock);
  velocity::Directories directories;
  const velocity::ApiEnvironment velocity{.database = *store.database,
                                          .directories = directories,
                                          .clock = clock,
                                          .cursor_key = derive_key(key, "cursor"),
                                          .field_selection = store.config.velocity.field_selection};
  Answers answers(clock);
  Metrics metrics;
  Services services{*store.database, guard, answers, metrics, velocity};
  const http::Router router = make_router(services);

  const auto server = TRY(http::Server::start(
      store.config.http, router, [&](const http::Served& served) { metrics.count(served); }));
  {
    const Every flushing(flush_every, [&] { flush_uses(guard, *store.database); });
    log::info("server.started", {{"listen", store.config.http.listen}, {"port", server->port()}});
    log::info("server.stopping", {{"signal", stop_signals.wait()}});
    server->stop(stop_within);
  }
  flush_uses(guard, *store.database);
  log::info("server.stopped");
  return {};
}

}  // namespace sextant::app
