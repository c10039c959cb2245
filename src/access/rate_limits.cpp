#include "access/rate_limits.hpp"

#include <algorithm>

namespace sextant::access {
namespace {

Budget budget(const RateWindow& window, std::int64_t limit, std::int64_t length_ms,
              std::int64_t now_ms) {
  const std::int64_t left_ms = window.count == 0 ? 0 : window.begin_ms + length_ms - now_ms;
  return {.limit = limit, .remaining = limit - window.count, .reset_s = (left_ms + 999) / 1000};
}

}  // namespace

std::int64_t RateAnswer::retry_after_s() const {
  return day.remaining > 0 ? minute.reset_s : std::max(minute.reset_s, day.reset_s);
}

RateAnswer rate_answer(Verdict verdict, const RateWindow& minute, const RateWindow& day,
                       const RateLimit& limit, std::int64_t now_ms) {
  return {.verdict = verdict,
          .minute = budget(minute, limit.per_minute, minute_ms, now_ms),
          .day = budget(day, limit.per_day, day_ms, now_ms)};
}

}  // namespace sextant::access
