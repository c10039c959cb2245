// Budgets of requests: each endpoint has one a minute and one a day for every organisation. A
// window is counted from its first request and strict: so many pass, no more, until it ends.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string_view>

#include "access/rate_buckets.hpp"
#include "base/time.hpp"

namespace sextant::access {

struct RateSettings {
  std::int64_t per_minute = 60;
  std::int64_t per_day = 10'000;
  // Endpoints times organisations seen within a day, some 100 bytes each; beyond it newcomers wait.
  std::int64_t buckets_max = 8'000'000;
};

struct Budget {
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
  std::int64_t reset_s = 0;  // until the window ends, rounded up; 0 when none has begun
};

enum class Verdict {
  pass,
  refuse,  // a budget is spent; the request is not counted
  full,    // too many buckets are live
};

struct RateAnswer {
  Verdict verdict = Verdict::pass;
  Budget minute;
  Budget day;
  // How long to wait after `refuse`: as long as the last of the spent budgets.
  std::int64_t retry_after_s() const;
};

// Any number of threads may ask. Nothing is stored: a restart opens new windows.
class RateLimits {
 public:
  RateLimits(const RateSettings& settings, const Clock& clock)
      : settings_(settings), clock_(clock) {}

  // Counts one request. `endpoint` is a route, not a URL: there are few of them.
  RateAnswer spend(std::string_view endpoint, std::int64_t organization);

  std::int64_t buckets() const { return buckets_.load(std::memory_order_relaxed); }

 private:
  struct alignas(64) Shard {
    std::mutex mutex;
    RateBuckets buckets;
  };

  RateBucket* find_or_insert(Shard& shard, const RateKey& key, std::int64_t now_ms);
  RateAnswer count(RateBucket& bucket, std::int64_t now_ms) const;
  Budget budget(const RateWindow& window, std::int64_t limit, std::int64_t length_ms,
                std::int64_t now_ms) const;
  void reclaim(Shard& shard, std::size_t places, std::int64_t now_ms);
  void reclaim_elsewhere(std::int64_t now_ms);

  const RateSettings settings_;
  const Clock& clock_;
  std::atomic<std::int64_t> buckets_{0};
  std::atomic<std::size_t> next_shard_{0};
  std::array<Shard, 64> shards_;
};

}  // namespace sextant::access
