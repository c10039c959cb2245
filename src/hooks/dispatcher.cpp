#include "hooks/dispatcher.hpp"

#include <algorithm>

#include "hooks/destination.hpp"
#include "hooks/signature.hpp"

namespace sextant::hooks {
namespace {

constexpr int again_at_a_time = 4;  // further attempts under way to one endpoint
// Outcomes gather for so long, and share a write: the more of them, the fewer pages each costs.
constexpr std::chrono::milliseconds flush_every{20};
constexpr std::chrono::milliseconds idle{1'000};
constexpr std::size_t turns_after_one = 4;  // lanes looked at when a request is over

std::chrono::milliseconds since(SteadyTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               time);
}

// The receiver is gone for good, or asks to be left alone for a while.
bool wants_no_more(const http::Reply& reply) {
  return reply.status == 410 || !reply.retry_after.empty();
}

}  // namespace

Dispatcher::Dispatcher(const Settings& settings, std::function<void()> on_return)
    : settings_(settings),
      on_return_(std::move(on_return)),
      sender_(sender_settings(settings)),
      thread_([this] { run(); }) {}

Dispatcher::~Dispatcher() {
  cut();
  thread_.join();
}

void Dispatcher::hand_over(Supply supply) {
  supplies_.put(std::move(supply));
  sender_.wake();
}

void Dispatcher::begin_stop() {
  is_stopping_ = true;
  sender_.wake();
}

void Dispatcher::cut() {
  is_cut_ = true;
  begin_stop();
}

void Dispatcher::run() {
  while (!is_cut_) {
    take_supplies();
    if (is_stopping_) {
      give_back_waiting();
      if (sender_.under_way() == 0) break;
    }
    send_ready(ready_.size());
    sender_.run_for(sender_.under_way() > 0 ? flush_every : idle);
    if (sender_.under_way() == 0 || since(flushed_at_) >= flush_every) flush();
  }
  flush();
  has_ended_ = true;
  on_return_();
}

void Dispatcher::take_supplies() {
  for (Supply& supply : supplies_.take()) {
    const auto [lane, is_new] = lanes_.try_emplace(supply.to->endpoint);
    if (is_new) lane->second.is_failing = supply.to->failing_since.has_value();
    for (Parcel& parcel : supply.parcels) {
      auto& queue = parcel.state == State::fresh ? lane->second.fresh : lane->second.again;
      queue.push_back({supply.to, std::move(parcel), supply.now, supply.read_at});
    }
    make_ready(lane);
  }
}

void Dispatcher::send_ready(std::size_t most) {
  // A lane without room now keeps its place behind the others.
  for (std::size_t left = std::min(most, ready_.size()); left > 0 && !is_stopping_; --left) {
    if (static_cast<int>(sender_.under_way()) >= settings_.connections) return;
    const auto lane = ready_.front();
    ready_.pop_front();
    lane->second.is_ready = false;
    if (may_begin(lane->second)) begin_one(lane);
    make_ready(lane);
  }
}

// Those that do not answer share a half, so that the other half is for those that do.
bool Dispatcher::has_room(const Lane& lane) const {
  return static_cast<int>(sender_.under_way()) < settings_.connections &&
         (!lane.is_failing || failing_under_way_ < std::max(1, settings_.connections / 2));
}

bool Dispatcher::may_begin(const Lane& lane) const {
  const bool has_fresh = !lane.fresh.empty() && lane.fresh_under_way < settings_.ordered;
  const bool has_again = !lane.again.empty() && lane.again_under_way < again_at_a_time;
  return (has_fresh || has_again) && has_room(lane);
}

void Dispatcher::make_ready(Lanes::iterator lane) {
  Lane& state = lane->second;
  const bool has_fresh = !state.fresh.empty() && state.fresh_under_way < settings_.ordered;
  const bool has_again = !state.again.empty() && state.again_under_way < again_at_a_time;
  if (state.is_ready || !(has_fresh || has_again)) return;
  state.is_ready = true;
  ready_.push_back(lane);
}

void Dispatcher::begin_one(Lanes::iterator lane) {
  Lane& state = lane->second;
  const bool takes_fresh = !state.fresh.empty() && state.fresh_under_way < settings_.ordered;
  auto& queue = takes_fresh ? state.fresh : state.again;
  Item item = std::move(queue.front());
  queue.pop_front();
  if (since(item.read_at) > settings_.fresh) return give_back(item, Returned::Fate::unsent);
  send(lane, std::move(item));
}

void Dispatcher::send(Lanes::iterator lane, Item item) {
  const Address& to = *item.to;
  auto formatted = format_for(to.kind, std::move(item.parcel.body), to.secrets.credential);
  if (!formatted) {
    http::Reply why;
    why.error = formatted.error().message;
    return give_back(item, Returned::Fate::skipped, std::move(why));
  }
  const Instant at = item.read_now + since(item.read_at);
  http::Outgoing request{
      .url = to.url, .body = std::move(formatted->body), .headers = std::move(formatted->headers)};
  auto signatures = signature_headers(to.secrets.secret, to.secrets.previous,
                                      message_id_text(item.parcel.message), at, request.body);
  std::ranges::move(signatures, std::back_inserter(request.headers));
  request.headers.emplace_back("Content-Type: application/json");

  ++(item.parcel.state == State::fresh ? lane->second.fresh_under_way
                                       : lane->second.again_under_way);
  if (lane->second.is_failing) ++failing_under_way_;
  const bool counts_as_failing = lane->second.is_failing;
  sender_.send(std::move(request),
               [this, lane, item = std::move(item), at, counts_as_failing](http::Reply reply) {
                 if (counts_as_failing) --failing_under_way_;
                 finish(lane, item, at, std::move(reply));
               });
}

void Dispatcher::finish(Lanes::iterator lane, const Item& item, Instant at, http::Reply reply) {
  Lane& state = lane->second;
  --(item.parcel.state == State::fresh ? state.fresh_under_way : state.again_under_way);
  Returned returned{.endpoint = lane->first,
                    .delivery = item.parcel.delivery,
                    .attempts = item.parcel.attempts,
                    .fate = Returned::Fate::sent,
                    .at = at,
                    .reply = std::move(reply),
                    .is_taken = false};
  returned.reply.body = {};
  returned.is_taken =
      returned.reply.error.empty() && is_taken(item.to->kind, returned.reply.status);
  state.is_failing = !returned.is_taken;
  if (!returned.is_taken && wants_no_more(returned.reply)) give_back_waiting(state);
  coming_back_.push_back(std::move(returned));
  make_ready(lane);
  send_ready(turns_after_one);
}

void Dispatcher::give_back(const Item& item, Returned::Fate fate, http::Reply reply) {
  coming_back_.push_back({.endpoint = item.to->endpoint,
                          .delivery = item.parcel.delivery,
                          .attempts = item.parcel.attempts,
                          .fate = fate,
                          .at = item.read_now + since(item.read_at),
                          .reply = std::move(reply),
                          .is_taken = false});
}

void Dispatcher::give_back_waiting() {
  for (auto& [key, lane] : lanes_) give_back_waiting(lane);
}

void Dispatcher::give_back_waiting(Lane& lane) {
  for (auto* queue : {&lane.fresh, &lane.again}) {
    for (const Item& item : *queue) give_back(item, Returned::Fate::unsent);
    queue->clear();
  }
}

void Dispatcher::flush() {
  flushed_at_ = std::chrono::steady_clock::now();
  if (coming_back_.empty()) return;
  returned_.put_all(coming_back_);
  on_return_();
  // What is idle is forgotten.
  std::erase_if(lanes_, [](const auto& entry) {
    const Lane& lane = entry.second;
    return lane.fresh.empty() && lane.again.empty() && !lane.is_ready &&
           lane.fresh_under_way == 0 && lane.again_under_way == 0;
  });
}

}  // namespace sextant::hooks
