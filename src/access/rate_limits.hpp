// Budgets of requests: each endpoint has one a minute and one a day for every organisation. A
// window is counted from its first request and strict: so many pass, no more, until it ends.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"

namespace sextant::access {

struct RateSettings {
  std::int64_t per_minute = 60;
  std::int64_t per_day = 10'000;
  // Endpoints times organisations seen within a day, some 100 bytes each; beyond it newcomers wait.
  std::int64_t buckets_max = 8'000'000;
};

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t day_ms = 86'400'000;

struct RateWindow {
  std::int64_t begin_ms = 0;
  std::int64_t count = 0;
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

// How many requests pass in a window of each length.
struct RateLimit {
  std::int64_t per_minute = 0;
  std::int64_t per_day = 0;
};
constexpr std::int64_t no_limit = 1'000'000'000'000;

RateAnswer rate_answer(Verdict verdict, const RateWindow& minute, const RateWindow& day,
                       const RateLimit& limit, std::int64_t now_ms);

// Any number of threads may ask.
class RateLimits {
 public:
  virtual ~RateLimits() = default;
  // Counts one request. `endpoint` is a route, not a URL: there are few of them.
  virtual Result<RateAnswer> spend(std::string_view endpoint, std::int64_t organization,
                                   const RateLimit& limit) = 0;
  // Within the budget that the settings give to every endpoint.
  Result<RateAnswer> spend(std::string_view endpoint, std::int64_t organization) {
    return spend(endpoint, organization, {settings_.per_minute, settings_.per_day});
  }

 protected:
  explicit RateLimits(const RateSettings& settings) : settings_(settings) {}
  const RateSettings settings_;
};

}  // namespace sextant::access
