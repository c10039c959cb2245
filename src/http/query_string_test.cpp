#include "http/query_string.hpp"

#include <gtest/gtest.h>

namespace sextant::http {
namespace {

TEST(QueryString, DecodesPercentAndPlus) {
  EXPECT_EQ(percent_decoded("a%20b%2Fc+d", Plus::is_plus), "a b/c+d");
  EXPECT_EQ(percent_decoded("a%20b%2fc+d", Plus::is_space), "a b/c d");
  EXPECT_EQ(percent_decoded("%C3%BC", Plus::is_plus), "ü");
  EXPECT_EQ(percent_decoded("%2525", Plus::is_plus), "%25");
}

TEST(QueryString, RefusesBrokenEscapesAndNul) {
  for (const char* text :
       {"%", "a%", "%2", "%zz", "%2g", "%%20", "%-1", "%+1", "% 1", "%00", "a%00b"})
    EXPECT_EQ(percent_decoded(text, Plus::is_plus), std::nullopt) << text;
}

TEST(QueryString, KeepsOrderRepeatsAndEmptyValues) {
  EXPECT_EQ(*parse_query("b=2&a=1&b=3&c&d="),
            (Pairs{{"b", "2"}, {"a", "1"}, {"b", "3"}, {"c", ""}, {"d", ""}}));
  EXPECT_EQ(*parse_query("&&a=1&&"), (Pairs{{"a", "1"}}));
  EXPECT_EQ(*parse_query("a=b=c&=x"), (Pairs{{"a", "b=c"}, {"", "x"}}));
  EXPECT_EQ(*parse_query(""), Pairs{});
  EXPECT_EQ(parse_query("a=1&b=%"), std::nullopt);
  EXPECT_EQ(parse_query("%=1"), std::nullopt);
}

struct Target {
  const char* sent;
  const char* path;
  const char* target;
};

TEST(QueryString, TakesTheOriginAndTheAbsoluteForm) {
  for (const Target& t :
       {Target{"/a%20b?x=1", "/a b", "/a%20b?x=1"}, Target{"http://host/a", "/a", "/a"},
        Target{"HTTPS://host:81/a?b=c", "/a", "/a?b=c"}, Target{"http://host", "/", "/"},
        Target{"http://host?b=c", "/", "/?b=c"}, Target{"//host/a", "//host/a", "//host/a"}}) {
    Request request;
    EXPECT_EQ(read_target(t.sent, request), std::nullopt) << t.sent;
    EXPECT_EQ(request.path, t.path);
    EXPECT_EQ(request.target, t.target);
  }
}

TEST(QueryString, RefusesTargetsThatAreNoPath) {
  for (const char* target :
       {"*", "host:80", "a", "ftp://host/a", "http://", "http:///a", "?a=b", "/%", "/?a=%0"}) {
    Request request;
    EXPECT_TRUE(read_target(target, request)) << target;
  }
}

}  // namespace
}  // namespace sextant::http
