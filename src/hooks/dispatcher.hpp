// The sending half of a courier, on a thread of its own that never waits for the store: it is
// handed parcels and hands back what came of each.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "hooks/mailbox.hpp"
#include "hooks/queue.hpp"
#include "http/sender.hpp"

namespace sextant::hooks {

using SteadyTime = std::chrono::steady_clock::time_point;

// Parcels for one endpoint, in order, as they were read at that time.
struct Supply {
  std::shared_ptr<const Address> to;
  std::vector<Parcel> parcels;
  Instant now;
  SteadyTime read_at;
};

// What came of a parcel. Each one that was handed over comes back, once.
struct Returned {
  enum class Fate { sent, skipped, unsent };
  EndpointKey endpoint;
  std::int64_t delivery = 0;
  int attempts = 0;  // before this one
  Fate fate = Fate::unsent;
  Instant at;         // when it was sent
  http::Reply reply;  // of what was skipped its error says why
  bool is_taken = false;
};

class Dispatcher {
 public:
  // `on_return` is called on the dispatcher's thread when something has come back.
  Dispatcher(const Settings& settings, std::function<void()> on_return);
  ~Dispatcher();  // cuts off what is under way

  void hand_over(Supply supply);
  std::vector<Returned> take_returned() { return returned_.take(); }

  // Sends nothing more, gives back what has not begun. Has ended when the rest is over.
  void begin_stop();
  // Ends at once.
  void cut();
  bool has_ended() const { return has_ended_; }

 private:
  struct Item {
    std::shared_ptr<const Address> to;
    Parcel parcel;
    Instant read_now;
    SteadyTime read_at;
  };
  // One endpoint. First attempts go one after the other, in order; others beside them.
  struct Lane {
    std::deque<Item> fresh;
    std::deque<Item> again;
    int fresh_under_way = 0;
    int again_under_way = 0;
    bool is_failing = false;
    bool is_ready = false;  // stands in ready_
  };
  using Lanes = std::map<EndpointKey, Lane>;

  void run();
  void take_supplies();
  void send_ready(std::size_t most);
  bool may_begin(const Lane& lane) const;
  bool has_room(const Lane& lane) const;
  void make_ready(Lanes::iterator lane);
  void begin_one(Lanes::iterator lane);
  void send(Lanes::iterator lane, Item item);
  void finish(Lanes::iterator lane, const Item& item, Instant at, http::Reply reply);
  void give_back(const Item& item, Returned::Fate fate, http::Reply reply = {});
  void give_back_waiting();
  void give_back_waiting(Lane& lane);
  void flush();

  const Settings settings_;
  const std::function<void()> on_return_;
  http::Sender sender_;
  Mailbox<Supply> supplies_;
  Mailbox<Returned> returned_;
  std::vector<Returned> coming_back_;
  SteadyTime flushed_at_{};
  Lanes lanes_;
  std::deque<Lanes::iterator> ready_;  // take turns
  int failing_under_way_ = 0;
  std::atomic<bool> is_stopping_ = false;
  std::atomic<bool> is_cut_ = false;
  std::atomic<bool> has_ended_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace sextant::hooks
