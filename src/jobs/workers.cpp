#include "jobs/workers.hpp"

#include <exception>
#include <utility>

#include <fmt/format.h>

#include "base/log.hpp"
#include "jobs/pause.hpp"

namespace sextant::jobs {
namespace {

// Between two tries to reach a store that is away.
constexpr std::chrono::milliseconds first_rest{250};
constexpr std::chrono::milliseconds longest_rest{5'000};

void tell(log::Level level, std::string_view event, const Held& held, const Result<void>& outcome) {
  const Job& job = held.job;
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(Held::Clock::now() - held.begun_at);
  if (outcome)
    log::write(level, event,
               {{"kind", job.kind},
                {"organization", job.organization},
                {"id", job.id},
                {"attempt", job.attempt},
                {"took_ms", took.count()}});
  else
    log::write(level, event,
               {{"kind", job.kind},
                {"organization", job.organization},
                {"id", job.id},
                {"attempt", job.attempt},
                {"took_ms", took.count()},
                {"reason", outcome.error().message}});
}

}  // namespace

Workers::Workers(db::Database& database, SharedTime now, Settings settings,
                 std::map<std::string, Handler> handlers)
    : settings_(std::move(settings)),
      handlers_(std::move(handlers)),
      store_(database, std::move(now)),
      heartbeats_(store_, outage_, settings_),
      busy_(settings_.workers) {
  for (const auto& [kind, handler] : handlers_) kinds_.push_back(kind);
  for (int i = 0; i < settings_.workers; ++i) threads_.emplace_back([this] { work(); });
}

Workers::~Workers() {
  begin_stop();
}

void Workers::wake() {
  const std::lock_guard lock(mutex_);
  ++wakes_;
  changed_.notify_all();
}

void Workers::begin_stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
  }
  heartbeats_.stop_all();
}

bool Workers::stop(std::chrono::milliseconds within) {
  begin_stop();
  {
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, within, [&] { return busy_ == 0; })) return true;
  }
  for (const auto& held : heartbeats_.held()) {
    if (held->is_lost.exchange(true)) continue;
    const auto given = store_.give_back(held->job);
    tell(log::Level::warning, "job.abandoned", *held,
         given ? Result<void>() : std::unexpected(given.error()));
  }
  return false;
}

void Workers::work() {
  int failures = 0;
  while (!is_stopping()) {
    const std::uint64_t seen = wakes();
    auto job = store_.claim(kinds_, settings_.node, settings_.lease);
    if (!job) {
      outage_.note(job.error());
      rest(++failures);
      continue;
    }
    outage_.end();
    failures = 0;
    if (*job)
      run(**std::move(job));
    else
      wait_for_work(seen);
  }
  const std::lock_guard lock(mutex_);
  --busy_;
  changed_.notify_all();
}

void Workers::run(Job job) {
  const auto held = heartbeats_.hold(std::move(job));
  finish(*held, call_handler(*held));
  heartbeats_.let_go(held);
  wake();  // it may have asked for more work
}

Result<void> Workers::call_handler(const Held& held) const {
  if (held.stop.stop_requested()) return fail(ErrorKind::unavailable, "the node is stopping");
  // Those who ran it before never came to an end; it may be the job that kills them.
  if (held.job.attempt > settings_.attempts_most)
    return fail(ErrorKind::invalid,
                fmt::format("{} attempts were cut short", held.job.attempt - 1));
  try {
    return handlers_.at(held.job.kind)(held.job, held.stop.get_token());
  } catch (const std::exception& error) {
    return fail(ErrorKind::internal, error.what());
  }
}

// Says how it went until the store has heard it, or the claim is gone.
void Workers::finish(const Held& held, const Result<void>& outcome) {
  for (int failures = 0; !held.is_lost;) {
    const auto settled = settle(held, outcome);
    if (settled && !*settled) break;
    if (settled) return;
    outage_.note(settled.error());
    // Another takes it when the lease is over.
    if (is_stopping()) return;
    rest(++failures);
  }
  tell(log::Level::warning, "job.lost", held, outcome);
}

Result<bool> Workers::settle(const Held& held, const Result<void>& outcome) {
  const auto told = [&](Result<bool> counts, log::Level level, std::string_view event) {
    if (counts && *counts) tell(level, event, held, outcome);
    return counts;
  };
  const Job& job = held.job;
  if (outcome) return told(store_.complete(job), log::Level::info, "job.done");
  if (held.stop.stop_requested())
    return told(store_.give_back(job), log::Level::info, "job.given_back");
  const std::string& reason = outcome.error().message;
  if (outcome.error().kind == ErrorKind::invalid || job.attempt >= settings_.attempts_most)
    return told(store_.fail(job, reason), log::Level::error, "job.failed");
  const auto delay =
      growing_pause(job.attempt, settings_.first_retry, settings_.longest_retry, random_fraction());
  return told(store_.retry(job, reason, delay), log::Level::warning, "job.put_off");
}

bool Workers::is_stopping() const {
  const std::lock_guard lock(mutex_);
  return is_stopping_;
}

std::uint64_t Workers::wakes() const {
  const std::lock_guard lock(mutex_);
  return wakes_;
}

void Workers::wait_for_work(std::uint64_t seen) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, settings_.poll, [&] { return is_stopping_ || wakes_ != seen; });
}

void Workers::rest(int failures) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, growing_pause(failures, first_rest, longest_rest, random_fraction()),
                    [&] { return is_stopping_; });
}

}  // namespace sextant::jobs
