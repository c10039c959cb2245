// Carries what is waiting to the endpoints: takes endpoints with something due, reads ahead for the
// dispatcher that sends, and stores what came of it, many outcomes in one write. A delivery is over
// when that is stored; whatever happens before, it is sent again.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "db/database.hpp"
#include "hooks/dispatcher.hpp"
#include "jobs/outage.hpp"
#include "jobs/shared_time.hpp"

namespace sextant::hooks {

// Since the start, for metrics.
struct CourierCounts {
  std::int64_t delivered = 0;
  std::int64_t failed = 0;   // attempts
  std::int64_t refused = 0;  // of those, for where the address leads
};

class Courier {
 public:
  // Begins at once.
  Courier(db::Database& database, jobs::SharedTime now, const Sealer& sealer, Settings settings);
  ~Courier();

  // Something was announced: do not wait for the next look.
  void wake();

  // Takes and sends nothing more; what is under way may end.
  void begin_stop();
  // The same, and waits; cuts off what is not over in time, which is then sent again. False when
  // the store did not take the outcomes: they are sent again too.
  bool stop(std::chrono::milliseconds within);

  CourierCounts counts() const;

 private:
  // An endpoint that is ours.
  struct Held {
    std::set<std::int64_t> out;  // with the dispatcher, or not stored yet
    std::size_t batch = 0;       // how many are read ahead
    SteadyTime claimed_at;
    std::optional<Instant> failing_since;
    bool is_failing = false;
    bool is_exhausted = false;  // there was no more to read
    bool ends = false;          // nothing is read for it any more
  };
  // An endpoint's news, to be written with the outcomes.
  struct News {
    std::optional<std::optional<Instant>> failing_since;
    std::optional<Instant> paused_until;
    std::string disabled_reason;
  };

  // What is to be said of claims: of those that are over, of those that are old, of those we want.
  struct Claims {
    std::vector<EndpointKey> ended;
    std::vector<EndpointKey> old;
    std::vector<EndpointKey> due;
    bool is_empty() const { return ended.empty() && old.empty() && due.empty(); }
  };

  void work();
  bool wait(int failures);
  void finish();
  Result<void> store_last(bool lets_go);
  Result<void> carry();
  void take_returned(Instant now);
  Attempted judge(Held& held, const Returned& returned, Instant now);
  void judge_failure(Held& held, Attempted& attempted, const Returned& returned, Instant now);
  void count(const Attempted& attempted, const Returned& returned);
  Result<void> store(Instant now, const std::vector<EndpointKey>& due);
  static Result<void> store_news(db::Connection& connection, const EndpointKey& key,
                                 const News& news, Instant now);
  void tell(const EndpointKey& key, const News& news) const;
  Claims claims_to_change(const std::vector<EndpointKey>& due) const;
  Result<void> supply(Instant now, bool looks);
  static bool needs_more(const Held& held, bool looks);
  Result<void> supply_one(db::Connection& reader, const EndpointKey& key, Held& held, Instant now);
  void settle_erased(Held& held, std::vector<Parcel>& parcels, const EndpointKey& key, Instant now);

  db::Database& database_;
  const jobs::SharedTime now_;
  const Sealer& sealer_;
  const Settings settings_;
  const std::int64_t claim_;
  jobs::Outage outage_;

  // Of the courier's thread alone.
  std::map<EndpointKey, Held> held_;
  std::vector<Attempted> outcomes_;  // not stored yet
  std::map<EndpointKey, News> news_;
  SteadyTime looked_at_{};
  bool looks_ = true;     // for endpoints with something due
  bool goes_on_ = false;  // there is more to do at once

  std::atomic<std::int64_t> delivered_ = 0;
  std::atomic<std::int64_t> failed_ = 0;
  std::atomic<std::int64_t> refused_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool is_stopping_ = false;
  bool gives_up_ = false;
  bool has_ended_ = false;
  bool has_stored_all_ = false;
  bool has_returned_ = false;  // the dispatcher has something
  bool was_woken_ = false;

  Dispatcher dispatcher_;
  std::thread thread_;
};

}  // namespace sextant::hooks
