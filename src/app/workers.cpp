#include "app/workers.hpp"

#include <unistd.h>

#include <array>

#include <fmt/format.h>

#include "access/organizations.hpp"
#include "app/repositories.hpp"
#include "app/secret_key.hpp"
#include "forge/github/webhook.hpp"
#include "hooks/deliveries.hpp"
#include "hooks/endpoints.hpp"
#include "http/query_string.hpp"
#include "ingest/inbox_job.hpp"
#include "jobs/job_store.hpp"
#include "leads/erasure.hpp"
#include "leads/quota.hpp"
#include "velocity/import_job.hpp"
#include "velocity/model_ledger.hpp"

namespace sextant::app {
namespace {

constexpr const char* purge_kind = "purge";
constexpr std::chrono::hours purge_every{1};

// GitHub posts JSON, or a form with the JSON in it, as the hook's owner chose there.
Result<ingest::ReadDelivery> read_github_delivery(const ingest::Delivery& delivery) {
  constexpr std::string_view form = "payload=";
  std::optional<std::string> payload = delivery.body;
  if (delivery.body.starts_with(form))
    payload = http::percent_decoded(std::string_view(delivery.body).substr(form.size()),
                                    http::Plus::is_space);
  if (!payload) return fail(ErrorKind::invalid, "the form's payload cannot be decoded");
  auto parsed = TRY(forge::github::parse_webhook(delivery.kind, *payload, delivery.received_at));
  return ingest::ReadDelivery{.is_known = parsed.is_known, .events = std::move(parsed.events)};
}

// Does a turn of work, each in a write of its own, until one has found nothing to do.
template <typename Turn>
Result<void> do_by_turns(db::Database& database, const std::stop_token& stop, Turn turn) {
  std::int64_t done = 1;
  while (done > 0 && !stop.stop_requested())
    TRY(database.write([&](db::Connection& db) -> Result<void> {
      done = TRY(turn(db));
      return {};
    }));
  return {};
}

// Forgets what has had its time, and shows what a new month has room for.
Result<void> purge_all(const Store& store, const ingest::IngestEnvironment& ingest,
                       const Clock& clock, const std::stop_token& stop) {
  TRY(ingest::purge(ingest, stop));
  TRY(hooks::purge(*store.database, store.config.hooks, clock.now()));
  std::vector<access::Organization> organizations;
  {
    const auto reader = TRY(store.database->reader());
    organizations = TRY(access::list_organizations(*reader));
  }
  for (const access::Organization& one : organizations) {
    TRY(do_by_turns(*store.database, stop,
                    [&](db::Connection& db) { return leads::purge(db, one.id, clock.now()); }));
    TRY(do_by_turns(*store.database, stop, [&](db::Connection& db) {
      return velocity::purge_models(db, one.id, clock.now());
    }));
    if (store.config.leads.release_at_month_turn)
      TRY(do_by_turns(*store.database, stop, [&](db::Connection& db) {
        return leads::release_over_quota(db, one.id, store.config.leads, clock.now());
      }));
  }
  return {};
}

// "host:1234", for people who look at the table.
std::string node_name() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host = {"unknown"};
  return fmt::format("{}:{}", host.data(), ::getpid());
}

}  // namespace

std::string Turns::take(const std::string& name) {
  std::unique_lock lock(mutex_);
  given_back_.wait(lock, [&] { return !taken_.contains(name); });
  taken_.insert(name);
  return name;
}

void Turns::give_back(const std::string& name) {
  const std::lock_guard lock(mutex_);
  taken_.erase(name);
  given_back_.notify_all();
}

BackgroundWork::BackgroundWork(const Store& store, const Secret& key, const Clock& clock)
    : store_(store),
      clock_(clock),
      scorer_(scoring::make_static_scorer(store.config.scoring)),
      now_(jobs::shared_time(*store.database, clock)),
      hook_secrets_(key, hooks::sealing_purpose),
      capture_(store, tombstone_key(key)) {}

Result<std::unique_ptr<BackgroundWork>> BackgroundWork::start(const Store& store, const Secret& key,
                                                              const Clock& clock) {
  std::unique_ptr<BackgroundWork> work(new BackgroundWork(store, key, clock));
  TRY(work->add_schedules());
  const std::string node = node_name();
  jobs::Settings settings = store.config.jobs;
  settings.node = node;
  work->workers_ =
      std::make_unique<jobs::Workers>(*store.database, work->now_, settings, work->handlers());
  hooks::Settings delivering = store.config.hooks;
  delivering.node = node;
  work->courier_ = std::make_unique<hooks::Courier>(*store.database, work->now_,
                                                    work->hook_secrets_, delivering);
  return work;
}

void BackgroundWork::wake() {
  workers_->wake();
}

void BackgroundWork::begin_stop() {
  workers_->begin_stop();
  courier_->begin_stop();
}

bool BackgroundWork::stop(std::chrono::milliseconds within) {
  const auto until = std::chrono::steady_clock::now() + within;
  begin_stop();
  const bool have_jobs_ended = workers_->stop(within);
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      until - std::chrono::steady_clock::now());
  // What it could not write down is sent again.
  (void)courier_->stop(std::max(left, std::chrono::milliseconds{500}));
  return have_jobs_ended;
}

Result<void> BackgroundWork::add_schedules() {
  jobs::JobStore queue(*store_.database, now_);
  if (const auto every = store_.config.velocity.refresh_every; every.count() > 0)
    TRY(queue.add_schedule(velocity::refresh_kind, every));
  return queue.add_schedule(purge_kind, purge_every);
}

// The list one reads is the list that runs.
std::map<std::string, jobs::Handler> BackgroundWork::handlers() {
  const velocity::ImportJobEnvironment importing{.database = *store_.database,
                                                 .scorer = *scorer_,
                                                 .clock = clock_,
                                                 .settings = store_.config.velocity,
                                                 .open = [this](const std::string& location) {
                                                   const Turns::Turn turn(turns_, location);
                                                   return open_repository(store_, location, true,
                                                                          {});
                                                 }};
  const ingest::IngestEnvironment taking_in{.database = *store_.database,
                                            .clock = clock_,
                                            .subscribers = {capture_.subscriber()},
                                            .read = read_github_delivery};
  std::map<std::string, jobs::Handler> handlers;
  handlers[velocity::import_kind] = [importing](const jobs::Job& job, const std::stop_token& stop) {
    return velocity::run_import_job(job, stop, importing);
  };
  if (store_.config.velocity.refresh_every.count() > 0)
    handlers[velocity::refresh_kind] = [this](const jobs::Job&, const std::stop_token& stop) {
      return velocity::run_refresh_job(stop, *store_.database, now_);
    };
  handlers[ingest::delivery_kind] = [this, taking_in](const jobs::Job& job,
                                                      const std::stop_token&) -> Result<void> {
    TRY(ingest::work_off_delivery(taking_in, job));
    courier_->wake();
    return {};
  };
  handlers[purge_kind] = [this, taking_in](const jobs::Job&, const std::stop_token& stop) {
    return purge_all(store_, taking_in, clock_, stop);
  };
  return handlers;
}

}  // namespace sextant::app
