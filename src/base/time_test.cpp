#include "base/time.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sextant {
namespace {

using ::testing::HasSubstr;

std::string read(std::string_view text) {
  const auto parsed = parse_iso(text);
  return parsed ? to_iso(parsed->at) : "refused";
}

TEST(Time, IsWrittenInUtcWithMilliseconds) {
  EXPECT_EQ(to_iso(from_unix_ms(1'777'656'240'000)), "2026-05-01T17:24:00.000Z");
  EXPECT_EQ(to_iso(from_unix_ms(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_iso(from_unix_ms(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_iso(day_of(from_unix_ms(1'777'656'240'000))), "2026-05-01");
}

TEST(Time, IsReadAsPeopleWriteIt) {
  EXPECT_EQ(read("2026-05-01"), "2026-05-01T00:00:00.000Z");
  EXPECT_EQ(read("2026-05-01T17:24"), "2026-05-01T17:24:00.000Z");
  EXPECT_EQ(read("2026-05-01 17:24:05"), "2026-05-01T17:24:05.000Z");
  EXPECT_EQ(read("2026-05-01T17:24:05.5Z"), "2026-05-01T17:24:05.500Z");
  EXPECT_EQ(read("2026-05-01T17:24:05.123456789z"), "2026-05-01T17:24:05.123Z");
  EXPECT_EQ(read("2026-05-01T00:24:00+02:00"), "2026-04-30T22:24:00.000Z");
  EXPECT_EQ(read("2026-05-01T23:24:00-0130"), "2026-05-02T00:54:00.000Z");
  EXPECT_EQ(read("2026-05-01T23:24:00 02"),
            "2026-05-01T21:24:00.000Z");  // a + unescaped in a query
  EXPECT_EQ(read("2024-02-29"), "2024-02-29T00:00:00.000Z");
}

TEST(Time, KnowsABareDate) {
  EXPECT_TRUE(parse_iso("2026-05-01")->date_only);
  EXPECT_FALSE(parse_iso("2026-05-01T00:00")->date_only);
}

TEST(Time, RefusesWhatIsNone) {
  for (const auto text :
       {"", "yesterday", "2026", "2026-5-1", "2026-13-01", "2026-02-29", "2026-05-32",
        "2026-05-01T", "2026-05-01T24:00", "2026-05-01T17", "2026-05-01T17:60",
        "2026-05-01T17:24:61", "2026-05-01T17:24:00.", "2026-05-01T17:24:00Zx",
        "2026-05-01T17:24:00+2", "2026-05-01x", "-026-05-01"})
    EXPECT_EQ(read(text), "refused") << text;
}

TEST(Duration, IsANumberAndAUnit) {
  using std::chrono::milliseconds;
  EXPECT_EQ(parse_duration("250ms"), milliseconds{250});
  EXPECT_EQ(parse_duration("30s"), milliseconds{30'000});
  EXPECT_EQ(parse_duration("5m"), milliseconds{300'000});
  EXPECT_EQ(parse_duration("2h"), milliseconds{7'200'000});
  EXPECT_EQ(parse_duration("90d"), milliseconds{7'776'000'000});
  for (const auto text : {"", "5", "s", "5 s", "-5s", "5w", "1e3s", "99999999999999999999d",
                          "9000000000000000000d"}) {
    const auto parsed = parse_duration(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().kind, ErrorKind::invalid);
    EXPECT_THAT(parsed.error().message, HasSubstr("30s"));
  }
}

}  // namespace
}  // namespace sextant
