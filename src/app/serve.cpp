#include "app/serve.hpp"

#include <signal.h>

#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "access/guard.hpp"
#include "access/local_rate_limits.hpp"
#include "access/shared_rate_limits.hpp"
#include "app/routes.hpp"
#include "app/secret_key.hpp"
#include "app/workers.hpp"
#include "base/log.hpp"

namespace sextant::app {
namespace {

constexpr std::chrono::seconds stop_within{9};
constexpr std::chrono::seconds stop_work_within{6};
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

void forget_ended_windows(access::SharedRateLimits& limits) {
  if (const auto forgotten = limits.reclaim(); !forgotten)
    log::warning("rate_windows.not_reclaimed", {{"reason", forgotten.error().message}});
}

// The program, the settings and the key that answers depend on.
std::string edition(const Config& config, const Secret& key) {
  const Hash cursor_key = derive_key(key, "cursor");
  return to_hex(sha256(fmt::format("{} {} {}", SEXTANT_VERSION, config.velocity.field_selection,
                                   to_hex(cursor_key))))
      .substr(0, 16);
}

// What is asked for over the network ends first; background work was told to stop before that.
// Answers whether all of it did.
bool stop_all(http::Server& server, BackgroundWork* work) {
  const auto begun = std::chrono::steady_clock::now();
  if (work) work->begin_stop();
  server.stop(stop_within);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begun);
  return !work || work->stop(std::max<std::chrono::milliseconds>(stop_work_within - took,
                                                                 std::chrono::milliseconds{0}));
}

}  // namespace

Result<void> serve(const Store& store, Roles roles) {
  const StopSignals stop_signals;
  if (!store.is_embedded() && store.config.secret_key.empty())
    return fail(
        ErrorKind::invalid,
        "nodes that share a database need the same secret_key (SEXTANT_SECRET_KEY): make one "
        "with `openssl rand -hex 32`");
  const Secret key = TRY(secret_key(store.config.secret_key, store.config.data));
  const Clock& clock = system_clock();

  access::LocalRateLimits local_limits(store.config.rates, clock);
  access::SharedRateLimits shared_limits(store.config.rates, *store.database);
  access::RateLimits& limits =
      store.is_embedded() ? static_cast<access::RateLimits&>(local_limits) : shared_limits;
  access::Guard guard(limits, clock);
  velocity::Directories directories;
  const velocity::ApiEnvironment velocity{.database = *store.database,
                                          .directories = directories,
                                          .clock = clock,
                                          .cursor_key = derive_key(key, "cursor"),
                                          .field_selection = store.config.velocity.field_selection,
                                          .edition = edition(store.config, key)};
  Answers answers(clock);
  Metrics metrics;
  Services services{*store.database, guard, answers, metrics, velocity};
  const http::Router router = roles.api ? make_router(services) : make_worker_router(services);

  http::ServerSettings http = store.config.http;
  // A database over the network may take its time: no event loop waits for it.
  http.handlers_on_loops = store.is_embedded();
  const auto server = TRY(http::Server::start(
      http, router, [&](const http::Served& served) { metrics.count(served); }));
  std::unique_ptr<BackgroundWork> work;
  if (roles.worker) work = TRY(BackgroundWork::start(store, clock));
  bool has_stopped = false;
  {
    const Every flushing(flush_every, [&] {
      flush_uses(guard, *store.database);
      if (!store.is_embedded()) forget_ended_windows(shared_limits);
    });
    log::info("server.started", {{"listen", store.config.http.listen}, {"port", server->port()}});
    log::info("server.stopping", {{"signal", stop_signals.wait()}});
    has_stopped = stop_all(*server, work.get());
  }
  flush_uses(guard, *store.database);
  log::info("server.stopped");
  // A thread that waits for a slow remote cannot be ended by itself; its job is given back already.
  if (!has_stopped) std::_Exit(EXIT_SUCCESS);
  return {};
}

}  // namespace sextant::app
