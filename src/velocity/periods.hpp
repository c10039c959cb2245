// Calendar buckets in UTC: days, ISO weeks, months, quarters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sextant::velocity {

enum class Interval { day, week, month, quarter };
// The error names the parameter `interval`.
Result<Interval> parse_interval(std::string_view text);
std::string_view name(Interval interval);

// The first day of the bucket that holds `day`.
Day start_of(Interval interval, Day day);

struct Period {
  std::string label;  // "2026-05-01", "2026-W17", "2026-05", "2026-Q2"
  Day first;
  Day end;  // the day after its last
};

// The last `count` buckets up to the one that holds `now`, oldest first.
std::vector<Period> last_periods(Interval interval, int count, Instant now);

}  // namespace sextant::velocity
