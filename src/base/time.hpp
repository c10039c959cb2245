// Instants in UTC with milliseconds, their text forms, and the clock, which tests replace.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sextant {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Day = std::chrono::sys_days;

constexpr Instant from_unix_ms(std::int64_t ms) {
  return Instant{std::chrono::milliseconds{ms}};
}
constexpr std::int64_t unix_ms(Instant at) {
  return at.time_since_epoch().count();
}
constexpr Day day_of(Instant at) {
  return std::chrono::floor<std::chrono::days>(at);
}

// "2026-05-01T17:24:00.000Z", appended; years 0000 to 9999.
void append_iso(std::string& out, Instant at);
std::string to_iso(Instant at);
// "2026-05-01"
std::string to_iso(Day day);

// A time as people and programs write it: "2026-05-01", or with time, fraction and zone
// ("2026-05-01T17:24:00.5+02:00"; no zone means UTC).
struct ParsedTime {
  Instant at;
  bool date_only = false;
};
std::optional<ParsedTime> parse_iso(std::string_view text);

// "90s", "5m", "2h", "30d", "250ms"; a bare number has no unit and is refused.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

// The machine's clock.
const Clock& system_clock();

}  // namespace sextant
