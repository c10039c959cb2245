#include "app/workers.hpp"

#include <unistd.h>

#include <array>

#include <fmt/format.h>

#include "app/repositories.hpp"
#include "jobs/job_store.hpp"
#include "velocity/import_job.hpp"

namespace sextant::app {
namespace {

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

BackgroundWork::BackgroundWork(const Store& store, const Clock& clock)
    : store_(store),
      clock_(clock),
      scorer_(scoring::make_static_scorer(store.config.scoring)),
      now_(jobs::shared_time(*store.database, clock)) {}

Result<std::unique_ptr<BackgroundWork>> BackgroundWork::start(const Store& store,
                                                              const Clock& clock) {
  std::unique_ptr<BackgroundWork> work(new BackgroundWork(store, clock));
  if (const auto every = store.config.velocity.refresh_every; every.count() > 0)
    TRY(jobs::JobStore(*store.database, work->now_).add_schedule(velocity::refresh_kind, every));
  jobs::Settings settings = store.config.jobs;
  settings.node = node_name();
  work->workers_ =
      std::make_unique<jobs::Workers>(*store.database, work->now_, settings, work->handlers());
  return work;
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
  std::map<std::string, jobs::Handler> handlers;
  handlers[velocity::import_kind] = [importing](const jobs::Job& job, const std::stop_token& stop) {
    return velocity::run_import_job(job, stop, importing);
  };
  if (store_.config.velocity.refresh_every.count() > 0)
    handlers[velocity::refresh_kind] = [this](const jobs::Job&, const std::stop_token& stop) {
      return velocity::run_refresh_job(stop, *store_.database, now_);
    };
  return handlers;
}

}  // namespace sextant::app
