#include "base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utf8.hpp"

namespace sextant {
namespace {

using ::testing::ElementsAre;

TEST(Text, IsTrimmedAtBothEnds) {
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Text, IsSplitAtEverySeparator) {
  EXPECT_THAT(split("a,,b,", ','), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split("", ','), ElementsAre(""));
}

TEST(Text, IsFoldedForComparing) {
  EXPECT_EQ(fold("Hello, WORLD 42"), "hello, world 42");
  EXPECT_EQ(fold("ÄÖÜ ß É ×"), "äöü ß é ×");
  EXPECT_EQ(fold("ŁÓDŹ Ž Ÿ"), "łódź ž ÿ");
  EXPECT_EQ(fold("ΑΒΓ ΆΈΌΏ ЖЁ"), "αβγ άέόώ жё");
  EXPECT_EQ(fold("日本"), "日本");
  EXPECT_EQ(fold("a\xff"), "a\xef\xbf\xbd");
}

TEST(Text, IsFoldedOnceAndForAll) {
  std::string all;
  for (char32_t c = 1; c < 0x3000; ++c) utf8::append(all, c);
  EXPECT_EQ(fold(fold(all)), fold(all));
}

TEST(Text, IsMadeValidUtf8) {
  EXPECT_EQ(valid_utf8("gr\xc3\xbc\xc3\x9f"
                       "e"),
            "gr\xc3\xbc\xc3\x9f"
            "e");
  EXPECT_EQ(valid_utf8(std::string_view("a\0b", 3)), "ab");
  EXPECT_EQ(valid_utf8("\xe9t\xe9"), "\xef\xbf\xbdt\xef\xbf\xbd");
}

TEST(Text, IsAWholeNumberOrNone) {
  EXPECT_EQ(parse_integer("-42"), -42);
  EXPECT_EQ(parse_integer("9223372036854775807"), 9223372036854775807);
  for (const auto text : {"", " 1", "1 ", "+1", "1.0", "0x1", "9223372036854775808"})
    EXPECT_EQ(parse_integer(text), std::nullopt) << text;
  EXPECT_EQ(parse_number("-2.5e3"), -2500);
  for (const auto text : {"", "nan", "inf", "-inf", "1e999", "1,5", "2x"})
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
}

TEST(Utf8, ReadsBackEveryCharacterItWrites) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string text;
    utf8::append(text, c);
    std::string_view rest = text;
    ASSERT_EQ(utf8::take(rest), c);
    ASSERT_EQ(rest, "");
  }
}

TEST(Utf8, ReplacesEveryByteThatBeginsNoCharacter) {
  for (const std::string_view bad :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xff"}) {
    std::string_view rest = bad;
    int replaced = 0;
    while (!rest.empty()) replaced += utf8::take(rest) == utf8::replacement;
    EXPECT_EQ(replaced, static_cast<int>(bad.size()));
  }
}

}  // namespace
}  // namespace sextant
