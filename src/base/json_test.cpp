#include "base/json.hpp"

#include <limits>
#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sextant::json {
namespace {

std::string written(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

std::string written(double value) {
  std::string out;
  append_number(out, value);
  return out;
}

TEST(Json, EscapesWhatAStringMustNotHold) {
  EXPECT_EQ(written("a\"b\\c\n\r\t"), R"("a\"b\\c\n\r\t")");
  EXPECT_EQ(written(std::string_view("\0\x1f\x7f", 3)), "\"\\u0000\\u001f\x7f\"");
  EXPECT_EQ(written("grün €"), "\"grün €\"");
  EXPECT_EQ(written("a\xff\xc3"), "\"a\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST(Json, FindsWhatToEscapeWhereverItStands) {
  for (const char special : {'"', '\\', '\n', '\x1f'})
    for (std::size_t length = 0; length < 20; ++length)
      for (std::size_t at = 0; at < length; ++at) {
        std::string text(length, '!');
        text[at] = special;
        EXPECT_EQ(nlohmann::json::parse(written(text)).get<std::string>(), text);
      }
}

TEST(Json, IsReadBackByAnotherParser) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 40, '\0');
    for (char& c : text) c = static_cast<char>(random() % 128);
    EXPECT_EQ(nlohmann::json::parse(written(text)).get<std::string>(), text);
  }
}

TEST(Json, WritesNumbersShortestAndExact) {
  EXPECT_EQ(written(0.1), "0.1");
  EXPECT_EQ(written(91.0), "91");
  EXPECT_EQ(written(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(written(-std::numeric_limits<double>::infinity()), "null");
  for (const double value : {1.0 / 3, 1e300, -5e-324, std::numeric_limits<double>::max()})
    EXPECT_EQ(nlohmann::json::parse(written(value)).get<double>(), value);
  std::string out;
  append_integer(out, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(out, "-9223372036854775808");
}

TEST(Json, PutsCommasBetweenAndNowhereElse) {
  std::string out;
  Writer writer(out);
  writer.begin_object().key("a").integer(1).key("b").begin_array();
  writer.string("x")
      .null()
      .boolean(true)
      .number(1.5)
      .begin_object()
      .end_object()
      .begin_array()
      .end_array();
  writer.end_array().key("c").begin_object().key("d").raw("[1]").end_object();
  writer.key("t").time(from_unix_ms(0)).end_object();
  EXPECT_EQ(
      out, R"({"a":1,"b":["x",null,true,1.5,{},[]],"c":{"d":[1]},"t":"1970-01-01T00:00:00.000Z"})");
}

}  // namespace
}  // namespace sextant::json
