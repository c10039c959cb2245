// Rate limits of one process, in memory: nothing is stored, a restart opens new windows.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string_view>

#include "access/rate_buckets.hpp"
#include "access/rate_limits.hpp"
#include "base/time.hpp"

namespace sextant::access {

class LocalRateLimits : public RateLimits {
 public:
  LocalRateLimits(const RateSettings& settings, const Clock& clock)
      : RateLimits(settings), clock_(clock) {}

  // Never fails.
  using RateLimits::spend;
  Result<RateAnswer> spend(std::string_view endpoint, std::int64_t organization,
                           const RateLimit& limit) override;

  std::int64_t buckets() const { return buckets_.load(std::memory_order_relaxed); }

 private:
  struct alignas(64) Shard {
    std::mutex mutex;
    RateBuckets buckets;
  };

  RateBucket* find_or_insert(Shard& shard, const RateKey& key, std::int64_t now_ms);
  static RateAnswer count(RateBucket& bucket, const RateLimit& limit, std::int64_t now_ms);
  void reclaim(Shard& shard, std::size_t places, std::int64_t now_ms);
  void reclaim_elsewhere(std::int64_t now_ms);

  const Clock& clock_;
  std::atomic<std::int64_t> buckets_{0};
  std::atomic<std::size_t> next_shard_{0};
  std::array<Shard, 64> shards_;
};

}  // namespace sextant::access
