#include "base/time.hpp"

#include <charconv>

#include <fmt/format.h>

namespace sextant {
namespace {

// Writes `width` digits and answers where the next character goes.
char* put_digits(char* at, unsigned value, int width) {
  for (int i = width; i-- > 0; value /= 10) at[i] = static_cast<char>('0' + value % 10);
  return at + width;
}

char* put(char* at, char character) {
  *at = character;
  return at + 1;
}

// "2026-05-01"
char* put_date(char* at, Day day) {
  const std::chrono::year_month_day date{day};
  at = put(put_digits(at, static_cast<unsigned>(static_cast<int>(date.year())), 4), '-');
  at = put(put_digits(at, static_cast<unsigned>(date.month()), 2), '-');
  return put_digits(at, static_cast<unsigned>(date.day()), 2);
}

// Takes exactly `width` digits off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t width) {
  if (text.size() < width) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(width);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Day> take_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return Day{date};
}

// "17:24", "17:24:00", "17:24:00.123456"
std::optional<std::chrono::milliseconds> take_time_of_day(std::string_view& text) {
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  std::chrono::milliseconds at = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
  if (!take(text, ':')) return at;
  const auto seconds = take_digits(text, 2);
  if (!seconds || *seconds > 60) return std::nullopt;
  at += std::chrono::seconds{*seconds};
  if (!take(text, '.')) return at;
  int scale = 100;
  bool any = false;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
    at += std::chrono::milliseconds{(text.front() - '0') * scale};
    scale /= 10;
    any = true;
  }
  return any ? std::optional(at) : std::nullopt;
}

// "", "Z", "+02:00", "-0530"
std::optional<std::chrono::minutes> take_zone(std::string_view& text) {
  if (text.empty() || take(text, 'Z') || take(text, 'z')) return std::chrono::minutes{0};
  // In a query string an unescaped + arrives as a space.
  const int sign = take(text, '-') ? -1 : take(text, '+') || take(text, ' ') ? 1 : 0;
  if (sign == 0) return std::nullopt;
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 23) return std::nullopt;
  take(text, ':');
  const auto minutes = text.empty() ? std::optional(0) : take_digits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return sign * (std::chrono::hours{*hours} + std::chrono::minutes{*minutes});
}

class SystemClock : public Clock {
 public:
  Instant now() const override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace

void append_iso(std::string& out, Instant at) {
  const Day day = day_of(at);
  const auto in_day = static_cast<unsigned>((at - day).count());
  char text[24];
  char* end = put(put_date(text, day), 'T');
  end = put(put_digits(end, in_day / 3'600'000, 2), ':');
  end = put(put_digits(end, in_day / 60'000 % 60, 2), ':');
  end = put(put_digits(end, in_day / 1000 % 60, 2), '.');
  end = put(put_digits(end, in_day % 1000, 3), 'Z');
  out.append(text, static_cast<std::size_t>(end - text));
}

std::string to_iso(Instant at) {
  std::string out;
  append_iso(out, at);
  return out;
}

std::string to_iso(Day day) {
  char text[10];
  return std::string(text, put_date(text, day));
}

std::optional<ParsedTime> parse_iso(std::string_view text) {
  const auto day = take_date(text);
  if (!day) return std::nullopt;
  if (text.empty()) return ParsedTime{Instant{*day}, true};
  if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return std::nullopt;
  const auto time_of_day = take_time_of_day(text);
  if (!time_of_day) return std::nullopt;
  const auto zone = take_zone(text);
  if (!zone || !text.empty()) return std::nullopt;
  return ParsedTime{Instant{*day} + *time_of_day - *zone, false};
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const std::int64_t ms = unit == "ms"  ? 1
                          : unit == "s" ? 1000
                          : unit == "m" ? 60'000
                          : unit == "h" ? 3'600'000
                          : unit == "d" ? 86'400'000
                                        : 0;
  if (error != std::errc{} || ms == 0 || count < 0 || count > 100'000'000'000)
    return fail(
        ErrorKind::invalid,
        fmt::format(
            "\"{}\" is no duration; write a number and a unit, as in 250ms, 30s, 5m, 2h, 90d",
            text));
  return std::chrono::milliseconds{count * ms};
}

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

}  // namespace sextant
