#include "http/retry_after.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/text.hpp"

namespace sextant::http {
namespace {

constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// "Wed, 21 Oct 2026 07:28:00 GMT", the one form that is still written.
std::optional<Instant> read_http_date(std::string_view text) {
  const auto number = [&](std::size_t at, std::size_t count) {
    return parse_integer(text.substr(at, count)).value_or(-1);
  };
  if (text.size() != 29 || !text.ends_with(" GMT") || text[3] != ',') return std::nullopt;
  const auto month = std::ranges::find(months, text.substr(8, 3));
  const std::chrono::year_month_day date{
      std::chrono::year{static_cast<int>(number(12, 4))},
      std::chrono::month{static_cast<unsigned>(month - months.begin() + 1)},
      std::chrono::day{static_cast<unsigned>(number(5, 2))}};
  const auto hours = number(17, 2);
  const auto minutes = number(20, 2);
  const auto seconds = number(23, 2);
  if (!date.ok() || hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 ||
      seconds > 60)
    return std::nullopt;
  return Instant{Day{date}} + std::chrono::hours{hours} + std::chrono::minutes{minutes} +
         std::chrono::seconds{seconds};
}

}  // namespace

std::optional<Instant> read_retry_after(std::string_view text, Instant now) {
  constexpr std::int64_t seconds_most = std::chrono::seconds{retry_after_most}.count();
  text = trim(text);
  std::optional<Instant> asked;
  if (const auto seconds = parse_integer(text); seconds && *seconds >= 0)
    asked = now + std::chrono::seconds{std::min(*seconds, seconds_most)};
  else
    asked = read_http_date(text);
  if (!asked) return std::nullopt;
  return std::clamp(*asked, now, now + retry_after_most);
}

}  // namespace sextant::http
