// A table of rate windows in one piece of memory, so that a look-up touches one or two cache lines
// even among a million. Whoever uses it brings the lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "access/rate_limits.hpp"

namespace sextant::access {

struct RateKey {
  std::uint64_t endpoint = 0;  // 0 marks an empty place
  std::int64_t organization = 0;
  bool operator==(const RateKey&) const = default;
  std::uint64_t hash() const;
};

struct RateBucket {
  RateKey key;
  RateWindow minute;
  RateWindow day;
};

class RateBuckets {
 public:
  // Null where it is not. Pointers hold until the next insert or reclaim.
  RateBucket* find(const RateKey& key);
  // A fresh one, which must not be there yet.
  RateBucket* insert(const RateKey& key);
  // Looks at the next few places and frees those whose day is over; how many.
  std::size_t reclaim(std::size_t places, std::int64_t now_ms);

 private:
  std::size_t home(const RateKey& key) const { return key.hash() & (places_.size() - 1); }
  std::size_t after(std::size_t place) const { return (place + 1) & (places_.size() - 1); }
  std::size_t place_for(const RateKey& key) const;
  void grow();
  void erase(std::size_t place);

  std::vector<RateBucket> places_;  // a power of two, at most three quarters full
  std::size_t used_ = 0;
  std::size_t swept_ = 0;
};

}  // namespace sextant::access
