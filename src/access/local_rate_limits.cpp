#include "access/local_rate_limits.hpp"

#include <algorithm>
#include <functional>

namespace sextant::access {
namespace {

constexpr std::size_t places_per_newcomer = 4;  // reclaimed faster than they can be filled
constexpr std::size_t places_when_full = 512;

}  // namespace

Result<RateAnswer> LocalRateLimits::spend(std::string_view endpoint, std::int64_t organization,
                                          const RateLimit& limit) {
  // The names are ours, so nobody looks for two whose hashes are the same.
  const RateKey key{std::hash<std::string_view>{}(endpoint) | 1, organization};
  Shard& shard = shards_[(key.hash() >> 24) % shards_.size()];
  const std::int64_t now_ms = unix_ms(clock_.now());
  for (const bool may_reclaim : {true, false}) {
    {
      const std::lock_guard lock(shard.mutex);
      if (RateBucket* bucket = find_or_insert(shard, key, now_ms))
        return count(*bucket, limit, now_ms);
    }
    if (may_reclaim) reclaim_elsewhere(now_ms);
  }
  return RateAnswer{.verdict = Verdict::full, .minute = {}, .day = {}};
}

RateBucket* LocalRateLimits::find_or_insert(Shard& shard, const RateKey& key, std::int64_t now_ms) {
  if (RateBucket* bucket = shard.buckets.find(key)) return bucket;
  reclaim(shard, places_per_newcomer, now_ms);
  if (buckets_.fetch_add(1, std::memory_order_relaxed) < settings_.buckets_max)
    return shard.buckets.insert(key);
  buckets_.fetch_sub(1, std::memory_order_relaxed);
  return nullptr;
}

RateAnswer LocalRateLimits::count(RateBucket& bucket, const RateLimit& limit, std::int64_t now_ms) {
  const auto is_over = [&](RateWindow& window, std::int64_t length_ms) {
    // When the clock is set back a window must not last longer than its length.
    window.begin_ms = std::min(window.begin_ms, now_ms);
    return now_ms - window.begin_ms >= length_ms;
  };
  if (is_over(bucket.minute, minute_ms)) bucket.minute = {};
  if (is_over(bucket.day, day_ms)) bucket.day = {};

  const bool passes = bucket.minute.count < limit.per_minute && bucket.day.count < limit.per_day;
  if (passes)
    for (RateWindow* window : {&bucket.minute, &bucket.day})
      if (window->count++ == 0) window->begin_ms = now_ms;
  return rate_answer(passes ? Verdict::pass : Verdict::refuse, bucket.minute, bucket.day, limit,
                     now_ms);
}

void LocalRateLimits::reclaim(Shard& shard, std::size_t places, std::int64_t now_ms) {
  const std::size_t freed = shard.buckets.reclaim(places, now_ms);
  if (freed > 0) buckets_.fetch_sub(static_cast<std::int64_t>(freed), std::memory_order_relaxed);
}

void LocalRateLimits::reclaim_elsewhere(std::int64_t now_ms) {
  Shard& shard = shards_[next_shard_.fetch_add(1, std::memory_order_relaxed) % shards_.size()];
  const std::lock_guard lock(shard.mutex);
  reclaim(shard, places_when_full, now_ms);
}

}  // namespace sextant::access
