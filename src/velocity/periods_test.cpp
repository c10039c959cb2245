#include "velocity/periods.hpp"

#include <gtest/gtest.h>

namespace sextant::velocity {
namespace {

std::vector<std::string> labels(Interval interval, int count, const char* now) {
  std::vector<std::string> found;
  for (const Period& period : last_periods(interval, count, parse_iso(now)->at))
    found.push_back(period.label);
  return found;
}
using Labels = std::vector<std::string>;

TEST(Periods, EndWithTheBucketThatHoldsNow) {
  EXPECT_EQ(labels(Interval::day, 2, "2026-03-01T00:00:00Z"), (Labels{"2026-02-28", "2026-03-01"}));
  EXPECT_EQ(labels(Interval::week, 3, "2026-05-10T23:59:59.999Z"),
            (Labels{"2026-W17", "2026-W18", "2026-W19"}));
  EXPECT_EQ(labels(Interval::week, 1, "2026-05-11T00:00:00Z"), (Labels{"2026-W20"}));
  EXPECT_EQ(labels(Interval::month, 3, "2026-01-31T12:00:00Z"),
            (Labels{"2025-11", "2025-12", "2026-01"}));
  EXPECT_EQ(labels(Interval::quarter, 3, "2026-04-01T00:00:00Z"),
            (Labels{"2025-Q4", "2026-Q1", "2026-Q2"}));
}

TEST(Periods, NameAWeekByTheYearOfItsThursday) {
  EXPECT_EQ(labels(Interval::week, 1, "2027-01-01T00:00:00Z"), (Labels{"2026-W53"}));
  EXPECT_EQ(labels(Interval::week, 1, "2025-12-29T00:00:00Z"), (Labels{"2026-W01"}));
  EXPECT_EQ(labels(Interval::week, 1, "2021-01-03T00:00:00Z"), (Labels{"2020-W53"}));
}

TEST(Periods, FollowEachOtherWithoutGapOrOverlap) {
  for (const Interval interval :
       {Interval::day, Interval::week, Interval::month, Interval::quarter}) {
    const auto periods = last_periods(interval, 52, parse_iso("2026-08-15")->at);
    ASSERT_EQ(periods.size(), 52u);
    for (std::size_t i = 1; i < periods.size(); ++i)
      EXPECT_EQ(periods[i - 1].end, periods[i].first);
  }
}

TEST(Periods, RefuseAnUnknownIntervalByName) {
  EXPECT_EQ(parse_interval("year").error().message,
            "interval takes day, week, month or quarter, not \"year\"");
  EXPECT_FALSE(parse_interval(""));
}

}  // namespace
}  // namespace sextant::velocity
