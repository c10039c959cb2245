#include "http/retry_after.hpp"

#include <gtest/gtest.h>

namespace sextant::http {
namespace {

using namespace std::chrono_literals;

const Instant now = parse_iso("2026-10-21T07:28:00Z")->at;

TEST(RetryAfter, IsSecondsOrADate) {
  EXPECT_EQ(read_retry_after("120", now), now + 120s);
  EXPECT_EQ(read_retry_after(" 0 ", now), now);
  EXPECT_EQ(read_retry_after("Wed, 21 Oct 2026 08:00:30 GMT", now), now + 32min + 30s);
}

TEST(RetryAfter, IsBetweenNowAndADayFromNow) {
  EXPECT_EQ(read_retry_after("Wed, 21 Oct 2015 07:28:00 GMT", now), now);
  EXPECT_EQ(read_retry_after("99999999999", now), now + 24h);
  EXPECT_EQ(read_retry_after("Thu, 21 Oct 2027 07:28:00 GMT", now), now + 24h);
}

TEST(RetryAfter, MayBeNonsense) {
  for (const char* text :
       {"", "soon", "-5", "1.5", "Wed, 32 Oct 2026 07:28:00 GMT", "Wed, 21 Okt 2026 07:28:00 GMT",
        "Wed, 21 Oct 2026 27:28:00 GMT", "99999999999999999999999"})
    EXPECT_EQ(read_retry_after(text, now), std::nullopt) << text;
}

}  // namespace
}  // namespace sextant::http
