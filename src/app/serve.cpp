#include "app/serve.hpp"

#include <algorithm>
#include <atomic>
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
#include "app/stop_signals.hpp"
#include "app/workers.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "ingest/coverage.hpp"
#include "ingest/inbound_hooks.hpp"
#include "ingest/stored_events.hpp"
#include "velocity/announcement.hpp"

namespace sextant::app {
namespace {

constexpr std::chrono::seconds stop_within{9};
constexpr std::chrono::seconds stop_work_within{6};
constexpr std::chrono::seconds flush_every{20};

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

// What the paths have brought of a repository, in the words of Leads.
Result<std::vector<leads::PathCoverage>> leads_coverage(db::Connection& db,
                                                        std::int64_t organization,
                                                        const leads::TrackedRepository& tracked) {
  std::vector<leads::PathCoverage> all;
  const auto archive = TRY(ingest::archive_coverage(db, organization, tracked.created_at));
  for (const auto& one :
       TRY(ingest::repository_coverage(db, organization, fold(tracked.full_name))))
    all.push_back(
        {.path = path_of(one.path),
         .events = one.events,
         .first_event_at = one.first_event_at,
         .last_event_at = one.last_event_at,
         // Of an archive it says when somebody read it, not how late it was.
         .lag_ms = one.path == ingest::Path::webhook ? std::optional(one.lag_ms) : std::nullopt,
         .gaps = {},
         .note = {}});
  if (!archive.from) return all;
  auto known = std::ranges::find(all, leads::CapturePath::archive, &leads::PathCoverage::path);
  if (known == all.end()) {
    known = all.insert(known, leads::PathCoverage());
    known->path = leads::CapturePath::archive;
  }
  for (const auto& gap : archive.gaps) known->gaps.push_back({gap.from, gap.to, gap.reason});
  known->note =
      fmt::format("hours from {} to {} were read", to_iso(*archive.from), to_iso(*archive.to));
  return all;
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
  const Secret key = TRY(secret_key(store.config));
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
  access::KeyGuard key_guard(guard, limits, leads_allowance, access::leads_key, "/v1", clock);
  const Sealer kept_answers(key, "leads.answers");
  const Sealer endpoint_secrets(key, hooks::sealing_purpose);
  const leads::ApiEnvironment leads{.database = *store.database,
                                    .clock = clock,
                                    .cursor_key = derive_key(key, "leads.cursor"),
                                    .tombstone_key = tombstone_key(key),
                                    .answers = kept_answers,
                                    .each_stored_event = ingest::each_stored_event,
                                    .coverage = leads_coverage,
                                    .erase_events = ingest::erase_events,
                                    .webhooks = store.config.hooks,
                                    .webhook_secrets = endpoint_secrets,
                                    .other_events = {velocity::scored_event}};
  const Sealer inbound_secrets(key, ingest::inbound_sealing_purpose);
  std::atomic<BackgroundWork*> worker = nullptr;
  WebhookIntake webhooks(*store.database, inbound_secrets, store.config.github_webhook_secret,
                         clock, [&] {
                           if (BackgroundWork* const work = worker) work->wake();
                         });
  Answers answers(clock);
  Metrics metrics;
  Services services{.database = *store.database,
                    .guard = guard,
                    .answers = answers,
                    .metrics = metrics,
                    .velocity = velocity,
                    .key_guard = key_guard,
                    .leads = leads,
                    .webhooks = webhooks};
  const http::Router router = roles.api ? make_router(services) : make_worker_router(services);

  http::ServerSettings http = store.config.http;
  // A database over the network may take its time: no event loop waits for it.
  http.handlers_on_loops = store.is_embedded();
  http.large_body_path = "/webhooks/";
  http.refuse_large_body = refuse_unsigned;
  const auto server = TRY(http::Server::start(
      http, router, [&](const http::Served& served) { metrics.count(served); }));
  std::unique_ptr<BackgroundWork> work;
  if (roles.worker) work = TRY(BackgroundWork::start(store, key, clock));
  worker = work.get();
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
