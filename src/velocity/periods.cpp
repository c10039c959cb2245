#include "velocity/periods.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace sextant::velocity {
namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::year_month;
using std::chrono::year_month_day;

Day first_of(year_month month) {
  return Day{month / std::chrono::day{1}};
}

year_month month_of(Day day) {
  const year_month_day date{day};
  return date.year() / date.month();
}

Day next(Interval interval, Day start) {
  switch (interval) {
    case Interval::day:
      return start + days{1};
    case Interval::week:
      return start + days{7};
    case Interval::month:
      return first_of(month_of(start) + months{1});
    case Interval::quarter:
      return first_of(month_of(start) + months{3});
  }
  return start;
}

std::string label(Interval interval, Day start) {
  const year_month_day date{start};
  const int year = static_cast<int>(date.year());
  const unsigned month = static_cast<unsigned>(date.month());
  switch (interval) {
    case Interval::day:
      return to_iso(start);
    case Interval::week: {
      // The ISO year of a week is the year of its Thursday.
      const Day thursday = start + days{3};
      const auto iso_year = year_month_day{thursday}.year();
      const auto week = (thursday - Day{iso_year / std::chrono::January / 1}).count() / 7 + 1;
      return fmt::format("{:04}-W{:02}", static_cast<int>(iso_year), week);
    }
    case Interval::month:
      return fmt::format("{:04}-{:02}", year, month);
    case Interval::quarter:
      return fmt::format("{:04}-Q{}", year, (month - 1) / 3 + 1);
  }
  return {};
}

}  // namespace

Day start_of(Interval interval, Day day) {
  switch (interval) {
    case Interval::day:
      return day;
    case Interval::week:
      return day - (std::chrono::weekday{day} - std::chrono::Monday);
    case Interval::month:
      return first_of(month_of(day));
    case Interval::quarter: {
      const year_month month = month_of(day);
      return first_of(month - months{(static_cast<unsigned>(month.month()) - 1) % 3});
    }
  }
  return day;
}

Result<Interval> parse_interval(std::string_view text) {
  for (const Interval interval :
       {Interval::day, Interval::week, Interval::month, Interval::quarter})
    if (text == name(interval)) return interval;
  return fail(ErrorKind::invalid,
              fmt::format("interval takes day, week, month or quarter, not \"{}\"", text));
}

std::string_view name(Interval interval) {
  switch (interval) {
    case Interval::day:
      return "day";
    case Interval::week:
      return "week";
    case Interval::month:
      return "month";
    case Interval::quarter:
      return "quarter";
  }
  return "";
}

std::vector<Period> last_periods(Interval interval, int count, Instant now) {
  std::vector<Period> periods;
  Day start = start_of(interval, day_of(now));
  for (int i = 0; i < count; ++i) {
    periods.push_back({label(interval, start), start, next(interval, start)});
    start = start_of(interval, start - days{1});
  }
  std::ranges::reverse(periods);
  return periods;
}

}  // namespace sextant::velocity
