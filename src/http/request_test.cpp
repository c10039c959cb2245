#include "http/request.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace sextant::http {
namespace {

constexpr auto largest = std::numeric_limits<std::int64_t>::max();

Request with_query(std::string_view name, std::string_view value) {
  Request request;
  request.query.emplace_back(name, value);
  return request;
}

Request with_accept(std::string_view accept) {
  Request request;
  request.headers.emplace_back("accept", accept);
  return request;
}

TEST(Request, GivesTheFirstOfARepeatedParameterAndNothingWhereNoneWasSent) {
  Request request;
  request.query = {{"a", "1"}, {"a", "2"}, {"empty", ""}};
  EXPECT_EQ(request.parameter("a"), "1");
  EXPECT_EQ(request.parameter("empty"), "");
  EXPECT_EQ(request.parameter("b"), std::nullopt);
}

TEST(Request, ReadsPositiveIntegersAndClampsTheHugeOnes) {
  EXPECT_EQ(*Request().positive_integer("limit", 50, 500), 50);
  EXPECT_EQ(*with_query("limit", "7").positive_integer("limit", 50, 500), 7);
  EXPECT_EQ(*with_query("limit", "007").positive_integer("limit", 50, 500), 7);
  EXPECT_EQ(*with_query("limit", "501").positive_integer("limit", 50, 500), 500);
  EXPECT_EQ(*with_query("limit", "9223372036854775808").positive_integer("limit", 50, 500), 500);
  EXPECT_EQ(*with_query("limit", std::string(5000, '9')).positive_integer("limit", 50, largest),
            largest);
}

TEST(Request, RefusesWhatIsNoPositiveIntegerAndNamesTheParameter) {
  for (const char* text : {"", "0", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "ten", "１",
                           "-99999999999999999999"}) {
    const auto result = with_query("limit", text).positive_integer("limit", 50, 500);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().kind, ErrorKind::invalid);
    EXPECT_EQ(result.error().message, "limit takes a whole number from 1");
  }
}

TEST(Request, ReadsFiniteNumbersOnly) {
  EXPECT_EQ(*Request().number("min_score"), std::nullopt);
  EXPECT_EQ(*with_query("min_score", "7.5").number("min_score"), 7.5);
  EXPECT_EQ(*with_query("min_score", "-0.5").number("min_score"), -0.5);
  for (const char* text : {"", "nan", "inf", "-inf", "1e999", "7,5", "7.5x", "abc"}) {
    const auto result = with_query("min_score", text).number("min_score");
    ASSERT_FALSE(result) << text;
    EXPECT_TRUE(result.error().message.starts_with("min_score takes a number"));
  }
}

TEST(Request, ReadsTimes) {
  EXPECT_EQ(*Request().time("since"), std::nullopt);
  const auto day = *with_query("since", "2026-05-01").time("since");
  EXPECT_TRUE(day->date_only);
  EXPECT_EQ(to_iso(day->at), "2026-05-01T00:00:00.000Z");
  for (const char* text : {"", "yesterday", "2026-13-01", "2026-02-30"})
    EXPECT_FALSE(with_query("since", text).time("since")) << text;
}

TEST(Request, SplitsLists) {
  using Parts = std::vector<std::string>;
  EXPECT_EQ(with_query("repos", " a/b, ,c/d,,").list("repos"), (Parts{"a/b", "c/d"}));
  EXPECT_EQ(with_query("repos", "").list("repos"), Parts{});
  EXPECT_EQ(Request().list("repos"), Parts{});
}

TEST(Request, AcceptsEverythingWithoutAccept) {
  EXPECT_TRUE(Request().accepts("text/csv"));
  EXPECT_TRUE(with_accept("").accepts("text/csv"));
  EXPECT_FALSE(Request().prefers_over_json("text/csv"));
}

TEST(Request, HonoursWildcardsWeightsAndPrecision) {
  EXPECT_TRUE(with_accept("text/*").accepts("text/csv"));
  EXPECT_TRUE(with_accept("TEXT/CSV").accepts("text/csv"));
  EXPECT_TRUE(with_accept("*/*;q=0.1").accepts("text/csv"));
  EXPECT_FALSE(with_accept("application/json").accepts("text/csv"));
  EXPECT_FALSE(with_accept("*/*, text/csv;q=0").accepts("text/csv"));
  EXPECT_FALSE(with_accept("text/*;q=0, */*").accepts("text/csv"));
  EXPECT_FALSE(with_accept("texts/*").accepts("text/csv"));
}

TEST(Request, PrefersOverJsonOnlyWhatIsWantedMore) {
  EXPECT_TRUE(with_accept("text/csv").prefers_over_json("text/csv"));
  EXPECT_TRUE(with_accept("text/csv, application/json;q=0.9").prefers_over_json("text/csv"));
  EXPECT_TRUE(with_accept("text/csv, */*").prefers_over_json("text/csv"));
  EXPECT_FALSE(with_accept("*/*").prefers_over_json("text/csv"));
  EXPECT_FALSE(with_accept("text/csv, application/json").prefers_over_json("text/csv"));
  EXPECT_FALSE(with_accept("text/csv;q=0.5, application/json").prefers_over_json("text/csv"));
  EXPECT_FALSE(
      with_accept("text/html,application/xml;q=0.9,*/*;q=0.8").prefers_over_json("text/csv"));
  EXPECT_FALSE(with_accept("text/csv;q=0").prefers_over_json("text/csv"));
}

}  // namespace
}  // namespace sextant::http
