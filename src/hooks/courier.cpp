#include "hooks/courier.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "hooks/retries.hpp"
#include "http/retry_after.hpp"
#include "jobs/pause.hpp"

namespace sextant::hooks {
namespace {

constexpr std::size_t held_most = 1024;  // endpoints at a time
constexpr std::size_t batch_least = 8;   // read ahead for an endpoint, more while it keeps up
constexpr std::size_t batch_most = 512;
constexpr std::size_t outcomes_a_write = 2000;
constexpr std::chrono::milliseconds look_least{20};  // between two looks, however often it is woken
constexpr std::chrono::milliseconds unreadable_rest{300'000};
constexpr std::chrono::milliseconds first_rest{250};
constexpr std::chrono::milliseconds longest_rest{5'000};
constexpr std::chrono::milliseconds last_words{2'000};  // for the store, once time to stop is over

SteadyTime steady_now() {
  return std::chrono::steady_clock::now();
}

bool asks_for_peace(int status) {
  return status == 429 || status == 503;
}

}  // namespace

Courier::Courier(db::Database& database, jobs::SharedTime now, const Sealer& sealer,
                 Settings settings)
    : database_(database),
      now_(std::move(now)),
      sealer_(sealer),
      settings_(std::move(settings)),
      claim_(new_id()),
      dispatcher_(settings_,
                  [this] {
                    const std::lock_guard lock(mutex_);
                    has_returned_ = true;
                    changed_.notify_all();
                  }),
      thread_([this] { work(); }) {}

Courier::~Courier() {
  begin_stop();
  {
    const std::lock_guard lock(mutex_);
    gives_up_ = true;
    changed_.notify_all();
  }
  dispatcher_.cut();
  thread_.join();
}

void Courier::wake() {
  const std::lock_guard lock(mutex_);
  was_woken_ = true;
  changed_.notify_all();
}

void Courier::begin_stop() {
  const std::lock_guard lock(mutex_);
  is_stopping_ = true;
  changed_.notify_all();
}

bool Courier::stop(std::chrono::milliseconds within) {
  begin_stop();
  std::unique_lock lock(mutex_);
  if (changed_.wait_for(lock, within, [&] { return has_ended_; })) return has_stored_all_;
  lock.unlock();
  dispatcher_.cut();
  lock.lock();
  gives_up_ = true;
  changed_.notify_all();
  changed_.wait_for(lock, last_words, [&] { return has_ended_; });
  return has_ended_ && has_stored_all_;
}

CourierCounts Courier::counts() const {
  return {.delivered = delivered_, .failed = failed_, .refused = refused_};
}

void Courier::work() {
  int failures = 0;
  while (wait(failures)) {
    const auto carried = carry();
    if (carried)
      outage_.end();
    else
      outage_.note(carried.error());
    failures = carried ? 0 : failures + 1;
  }
  finish();
}

// Until there is something to do, or after failures until it is worth another try; false when it is
// time to stop.
bool Courier::wait(int failures) {
  std::unique_lock lock(mutex_);
  if (failures > 0)
    changed_.wait_for(
        lock, jobs::growing_pause(failures, first_rest, longest_rest, jobs::random_fraction()),
        [&] { return is_stopping_; });
  const auto next_look = [&] { return looked_at_ + (was_woken_ ? look_least : settings_.poll); };
  while (!is_stopping_ && !has_returned_ && !goes_on_ && steady_now() < next_look())
    changed_.wait_until(lock, next_look());
  if (steady_now() >= next_look()) {
    looks_ = true;
    was_woken_ = false;
  }
  has_returned_ = goes_on_ = false;
  return !is_stopping_;
}

// What is under way ends, what came of it is stored, and others may take the endpoints.
void Courier::finish() {
  dispatcher_.begin_stop();
  bool has_ended = false;
  bool is_stored = false;
  for (int failures = 0; !is_stored;) {
    {
      std::unique_lock lock(mutex_);
      const auto pause = failures > 0 ? first_rest : settings_.poll;
      changed_.wait_for(lock, pause, [&] { return (failures == 0 && has_returned_) || gives_up_; });
      has_returned_ = false;
      if (gives_up_ && failures > 0) break;
    }
    has_ended = dispatcher_.has_ended();
    const auto stored = store_last(has_ended);
    failures = stored ? 0 : failures + 1;
    is_stored = stored && has_ended;
    const std::lock_guard lock(mutex_);
    if (gives_up_ && !has_ended) has_returned_ = true;
  }
  const std::lock_guard lock(mutex_);
  has_ended_ = true;
  has_stored_all_ = is_stored;
  changed_.notify_all();
}

Result<void> Courier::store_last(bool lets_go) {
  const Instant now = TRY(now_());
  take_returned(now);
  while (!outcomes_.empty()) TRY(store(now, {}));
  if (!lets_go) return {};
  std::vector<EndpointKey> all;
  for (const auto& [key, held] : held_) all.push_back(key);
  TRY(database_.write(
      [&](db::Connection& connection) { return let_go(connection, all, claim_, now); }));
  held_.clear();
  return {};
}

Result<void> Courier::carry() {
  const Instant now = TRY(now_());
  take_returned(now);
  std::vector<EndpointKey> due;
  if (looks_ && held_.size() < held_most) {
    const auto reader = TRY(database_.reader());
    due = TRY(find_due(*reader, now, static_cast<int>(held_most - held_.size())));
  }
  do TRY(store(now, due));
  while (!outcomes_.empty());
  if (looks_) looked_at_ = steady_now();
  return supply(now, std::exchange(looks_, false));
}

void Courier::take_returned(Instant now) {
  for (Returned& returned : dispatcher_.take_returned()) {
    const auto held = held_.find(returned.endpoint);
    if (held == held_.end()) continue;
    if (returned.fate == Returned::Fate::unsent) {
      held->second.out.erase(returned.delivery);
      held->second.batch = batch_least;
      held->second.is_exhausted = false;
      continue;
    }
    const Attempted attempted = judge(held->second, returned, now);
    count(attempted, returned);
    outcomes_.push_back(attempted);
  }
}

Attempted Courier::judge(Held& held, const Returned& returned, Instant now) {
  Attempted attempted{.endpoint = returned.endpoint,
                      .delivery = returned.delivery,
                      .state = State::delivered,
                      .due_at = {},
                      .attempts = 1,
                      .status = {},
                      .error = {},
                      .at = returned.at,
                      .took = std::chrono::ceil<std::chrono::milliseconds>(returned.reply.took)};
  if (returned.fate == Returned::Fate::skipped) {
    attempted.state = State::skipped;
    attempted.attempts = 0;
    attempted.error = returned.reply.error;
    return attempted;
  }
  if (returned.reply.error.empty()) attempted.status = returned.reply.status;
  held.is_failing = !returned.is_taken;
  if (!returned.is_taken) {
    judge_failure(held, attempted, returned, now);
  } else if (held.failing_since) {
    held.failing_since.reset();
    news_[returned.endpoint].failing_since.emplace();
  }
  return attempted;
}

void Courier::judge_failure(Held& held, Attempted& attempted, const Returned& returned,
                            Instant now) {
  const http::Reply& reply = returned.reply;
  attempted.error =
      reply.error.empty() ? fmt::format("the receiver answered {}", reply.status) : reply.error;
  const auto asked = http::read_retry_after(reply.retry_after, now);
  if (reply.status != 410)
    attempted.due_at =
        next_attempt(returned.attempts + 1, asked, settings_, now, jobs::random_fraction());
  attempted.state = attempted.due_at ? State::again : State::failed;

  News& news = news_[returned.endpoint];
  if (asked && asks_for_peace(reply.status)) news.paused_until = asked;
  if (!held.failing_since) news.failing_since = held.failing_since = now;
  if (reply.status == 410)
    news.disabled_reason = "the receiver answered 410 Gone";
  else if (now - *held.failing_since >= settings_.disable_after)
    news.disabled_reason = fmt::format("nothing but failures since {}; the last: {}",
                                       to_iso(*held.failing_since), attempted.error);
  if (news.paused_until || !news.disabled_reason.empty()) held.ends = true;
}

void Courier::count(const Attempted& attempted, const Returned& returned) {
  if (attempted.state == State::delivered) ++delivered_;
  if (returned.fate != Returned::Fate::sent || returned.is_taken) return;
  ++failed_;
  if (returned.reply.was_refused) ++refused_;
  log::info("delivery.failed", {{"organization", attempted.endpoint.organization},
                                {"endpoint", attempted.endpoint.id},
                                {"delivery", attempted.delivery},
                                {"attempt", returned.attempts + 1},
                                {"reason", attempted.error}});
}

// All that is to be said, in one write: outcomes, how endpoints fare, leases, those that are due.
Result<void> Courier::store(Instant now, const std::vector<EndpointKey>& due) {
  const std::size_t count = std::min(outcomes_.size(), outcomes_a_write);
  const Claims asked = claims_to_change(due);
  if (count == 0 && news_.empty() && asked.is_empty()) return {};
  std::vector<EndpointKey> taken;
  std::vector<EndpointKey> kept;
  const Instant until = now + settings_.lease;
  TRY(database_.write([&](db::Connection& connection) -> Result<void> {
    for (std::size_t at = 0; at < count; ++at) TRY(settle(connection, outcomes_[at]));
    for (const auto& [key, news] : news_) TRY(store_news(connection, key, news, now));
    TRY(let_go(connection, asked.ended, claim_, now));
    kept = TRY(renew(connection, asked.old, claim_, until));
    taken = TRY(claim(connection, asked.due, claim_, settings_.node, now, until));
    return {};
  }));
  for (std::size_t at = 0; at < count; ++at)
    held_[outcomes_[at].endpoint].out.erase(outcomes_[at].delivery);
  outcomes_.erase(outcomes_.begin(), outcomes_.begin() + static_cast<std::ptrdiff_t>(count));
  for (const auto& [key, news] : news_) tell(key, news);
  news_.clear();
  for (const EndpointKey& key : asked.ended) held_.erase(key);
  for (const EndpointKey& key : asked.old)
    if (std::ranges::find(kept, key) == kept.end()) held_[key].ends = true;
  for (const EndpointKey& key : kept) held_[key].claimed_at = steady_now();
  for (const EndpointKey& key : taken)
    held_[key] = {.out = {}, .batch = batch_least, .claimed_at = steady_now(), .failing_since = {}};
  return {};
}

Result<void> Courier::store_news(db::Connection& connection, const EndpointKey& key,
                                 const News& news, Instant now) {
  if (news.failing_since) TRY(note_failing(connection, key, *news.failing_since));
  if (news.paused_until) TRY(pause(connection, key, *news.paused_until));
  if (!news.disabled_reason.empty()) TRY(disable(connection, key, news.disabled_reason, now));
  return {};
}

void Courier::tell(const EndpointKey& key, const News& news) const {
  if (!news.disabled_reason.empty())
    log::warning("endpoint.disabled", {{"organization", key.organization},
                                       {"endpoint", key.id},
                                       {"reason", news.disabled_reason}});
}

Courier::Claims Courier::claims_to_change(const std::vector<EndpointKey>& due) const {
  Claims claims;
  for (const EndpointKey& key : due)
    if (!held_.contains(key)) claims.due.push_back(key);
  for (const auto& [key, held] : held_) {
    if (held.ends && held.out.empty())
      claims.ended.push_back(key);
    else if (steady_now() - held.claimed_at > settings_.lease / 3)
      claims.old.push_back(key);
  }
  return claims;
}

// Reads ahead for those that have little left.
Result<void> Courier::supply(Instant now, bool looks) {
  std::optional<db::Lease> reader;
  for (auto& [key, held] : held_) {
    if (!held.ends && needs_more(held, looks)) {
      if (!reader) reader.emplace(TRY(database_.reader()));
      TRY(supply_one(**reader, key, held, now));
    }
    goes_on_ = goes_on_ || (held.ends && held.out.empty());
  }
  goes_on_ = goes_on_ || !outcomes_.empty() || !news_.empty();
  return {};
}

// What is due later or announced meanwhile is found by the looks.
bool Courier::needs_more(const Held& held, bool looks) {
  if (held.out.empty()) return true;
  return !held.is_failing && held.out.size() <= held.batch / 2 && (looks || !held.is_exhausted);
}

Result<void> Courier::supply_one(db::Connection& reader, const EndpointKey& key, Held& held,
                                 Instant now) {
  const SteadyTime read_at = steady_now();
  const auto address = TRY(read_address(reader, key, claim_, sealer_, now));
  // Gone, switched off or lost; or it fails while others wait for its place.
  held.ends = !address || (held.is_failing && held.out.empty() && held_.size() >= held_most);
  if (held.ends) return {};
  if (!address->is_readable) {
    log::error(
        "endpoint.unreadable",
        {{"organization", key.organization}, {"endpoint", key.id}, {"reason", address->why_not}});
    news_[key].paused_until = now + unreadable_rest;
    held.ends = true;
    return {};
  }
  held.failing_since = address->failing_since;
  auto parcels = TRY(read_due(reader, key, State::fresh, held.out, now, held.batch));
  held.is_exhausted = parcels.size() < held.batch;
  if (!held.is_failing && !held.is_exhausted) held.batch = std::min(held.batch * 2, batch_most);
  auto again = TRY(read_due(reader, key, State::again, held.out, now, batch_least));
  held.is_exhausted = held.is_exhausted && again.size() < batch_least;
  std::ranges::move(again, std::back_inserter(parcels));
  settle_erased(held, parcels, key, now);
  held.ends = parcels.empty() && held.out.empty();
  if (parcels.empty()) return {};
  for (const Parcel& parcel : parcels) held.out.insert(parcel.delivery);
  dispatcher_.hand_over({.to = std::make_shared<const Address>(*address),
                         .parcels = std::move(parcels),
                         .now = now,
                         .read_at = read_at});
  return {};
}

void Courier::settle_erased(Held& held, std::vector<Parcel>& parcels, const EndpointKey& key,
                            Instant now) {
  const auto is_erased = [](const Parcel& parcel) { return parcel.body.empty(); };
  for (const Parcel& parcel : parcels) {
    if (!is_erased(parcel)) continue;
    held.out.insert(parcel.delivery);
    outcomes_.push_back({.endpoint = key,
                         .delivery = parcel.delivery,
                         .state = State::erased,
                         .due_at = {},
                         .attempts = 0,
                         .status = {},
                         .error = "its message was erased",
                         .at = now});
  }
  std::erase_if(parcels, is_erased);
}

}  // namespace sextant::hooks
