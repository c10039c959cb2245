#include "access/rate_buckets.hpp"

#include <algorithm>
#include <utility>

namespace sextant::access {
namespace {

constexpr std::size_t places_first = 16;

bool is_empty(const RateBucket& bucket) {
  return bucket.key.endpoint == 0;
}

}  // namespace

std::uint64_t RateKey::hash() const {
  // The multiplication carries upwards only: the upper half is folded down.
  const std::uint64_t mixed =
      (endpoint ^ static_cast<std::uint64_t>(organization)) * 0x9E3779B97F4A7C15ull;
  return mixed ^ (mixed >> 32);
}

// Where the key is, or the empty place where it would go.
std::size_t RateBuckets::place_for(const RateKey& key) const {
  std::size_t place = home(key);
  while (!is_empty(places_[place]) && places_[place].key != key) place = after(place);
  return place;
}

RateBucket* RateBuckets::find(const RateKey& key) {
  if (places_.empty()) return nullptr;
  RateBucket& bucket = places_[place_for(key)];
  return is_empty(bucket) ? nullptr : &bucket;
}

RateBucket* RateBuckets::insert(const RateKey& key) {
  if ((used_ + 1) * 4 > places_.size() * 3) grow();
  ++used_;
  RateBucket& bucket = places_[place_for(key)];
  bucket = {.key = key, .minute = {}, .day = {}};
  return &bucket;
}

void RateBuckets::grow() {
  std::vector<RateBucket> old(std::max(places_first, places_.size() * 2));
  old.swap(places_);
  for (const RateBucket& bucket : old)
    if (!is_empty(bucket)) places_[place_for(bucket.key)] = bucket;
  swept_ = 0;
}

std::size_t RateBuckets::reclaim(std::size_t places, std::int64_t now_ms) {
  const std::size_t before = used_;
  for (places = std::min(places, places_.size()); places > 0; --places) {
    // What moves up into a freed place is looked at too.
    while (!is_empty(places_[swept_]) && now_ms - places_[swept_].day.begin_ms >= day_ms)
      erase(swept_);
    swept_ = after(swept_);
  }
  return before - used_;
}

// Moves up those behind it that would not be found any more across the gap.
void RateBuckets::erase(std::size_t gap) {
  --used_;
  for (std::size_t next = after(gap); !is_empty(places_[next]); next = after(next)) {
    const std::size_t mask = places_.size() - 1;
    const bool is_home_behind_gap =
        ((next - home(places_[next].key)) & mask) < ((next - gap) & mask);
    if (is_home_behind_gap) continue;
    places_[gap] = places_[next];
    gap = next;
  }
  places_[gap] = {};
}

}  // namespace sextant::access
