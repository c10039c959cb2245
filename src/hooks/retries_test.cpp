#include "hooks/retries.hpp"

#include <gtest/gtest.h>

namespace sextant::hooks {
namespace {

using namespace std::chrono_literals;

const Instant now = parse_iso("2026-10-21T07:28:00Z")->at;

TEST(Retries, FollowTheSchedule) {
  const Settings settings;
  const std::vector<std::chrono::seconds> waits{5s, 5min, 30min, 2h, 5h, 10h, 10h};
  for (int failed = 1; failed <= 7; ++failed) {
    const auto wait = waits[static_cast<std::size_t>(failed - 1)];
    EXPECT_EQ(next_attempt(failed, {}, settings, now, 0), now + wait);
    EXPECT_EQ(next_attempt(failed, {}, settings, now, 1),
              now + std::chrono::milliseconds{wait} * 6 / 5);
  }
  EXPECT_EQ(next_attempt(8, {}, settings, now, 0), std::nullopt);
}

TEST(Retries, DoNotComeBeforeTheyAreAskedFor) {
  const Settings settings;
  EXPECT_EQ(next_attempt(1, now + 1h, settings, now, 0), now + 1h);
  EXPECT_EQ(next_attempt(1, now + 1s, settings, now, 0), now + 5s);
  EXPECT_EQ(next_attempt(8, now + 1h, settings, now, 0), std::nullopt);
}

}  // namespace
}  // namespace sextant::hooks
