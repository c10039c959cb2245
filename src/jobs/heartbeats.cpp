#include "jobs/heartbeats.hpp"

namespace sextant::jobs {

Heartbeats::Heartbeats(JobStore& store, Outage& outage, const Settings& settings)
    : store_(store),
      outage_(outage),
      settings_(settings),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

std::shared_ptr<Held> Heartbeats::hold(Job job) {
  const auto held = std::make_shared<Held>(std::move(job));
  const std::lock_guard lock(mutex_);
  held_.push_back(held);
  if (is_stopping_) held->stop.request_stop();
  return held;
}

void Heartbeats::let_go(const std::shared_ptr<Held>& held) {
  const std::lock_guard lock(mutex_);
  held_.remove(held);
}

void Heartbeats::stop_all() {
  const std::lock_guard lock(mutex_);
  is_stopping_ = true;
  for (const auto& held : held_) held->stop.request_stop();
}

std::vector<std::shared_ptr<Held>> Heartbeats::held() const {
  const std::lock_guard lock(mutex_);
  return {held_.begin(), held_.end()};
}

void Heartbeats::run(const std::stop_token& stop) {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      pause_.wait_for(lock, stop, settings_.heartbeat, [] { return false; });
    }
    if (stop.stop_requested()) return;
    for (const auto& one : held())
      if (!one->is_lost) renew(*one);
  }
}

void Heartbeats::renew(Held& held) {
  const auto begun = Held::Clock::now();
  const auto renewed = store_.renew(held.job, settings_.lease);
  if (renewed)
    outage_.end();
  else
    outage_.note(renewed.error());
  if (renewed && *renewed) {
    held.renewed_at = begun;
    return;
  }
  const bool is_overdue = Held::Clock::now() - held.renewed_at > settings_.lease;
  if (!renewed && !is_overdue) return;
  held.is_lost = true;
  held.stop.request_stop();
}

}  // namespace sextant::jobs
