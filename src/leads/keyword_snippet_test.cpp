#include "leads/keyword_snippet.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.hpp"

namespace sextant::leads {
namespace {

std::string around(std::string_view text, std::string_view hit) {
  const auto begin = text.find(hit);
  return make_snippet(text, begin, begin + hit.size());
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(KeywordSnippet, a_short_text_is_given_whole_on_one_line) {
  EXPECT_EQ(around("We use\r\n\r\n  redis\there.\n", "redis"), "We use redis here.");
  EXPECT_EQ(make_snippet("", 0, 0), "");
  EXPECT_EQ(make_snippet(" \n ", 1, 2), "");
}

TEST(KeywordSnippet, a_long_text_is_cut_between_words_on_both_sides) {
  const std::string text = repeated("before ", 100) + "redis" + repeated(" behind", 100);
  const std::string snippet = around(text, "redis");
  EXPECT_TRUE(snippet.starts_with("…before ")) << snippet;
  EXPECT_TRUE(snippet.ends_with(" behind…")) << snippet;
  EXPECT_NE(snippet.find(" redis "), snippet.npos);
  EXPECT_LE(count_characters(snippet), 162u);
  EXPECT_GE(count_characters(snippet), 130u);
}

TEST(KeywordSnippet, a_hit_at_an_end_leaves_the_room_to_the_other_side) {
  const std::string text = "redis" + repeated(" behind", 100);
  EXPECT_TRUE(around(text, "redis").starts_with("redis behind"));
  EXPECT_GE(count_characters(around(text, "redis")), 150u);
  const std::string other = repeated("before ", 100) + "redis";
  EXPECT_TRUE(around(other, "redis").ends_with("before redis"));
  EXPECT_GE(count_characters(around(other, "redis")), 150u);
}

TEST(KeywordSnippet, a_word_without_an_end_is_cut_between_characters) {
  const std::string text = repeated("é", 500);
  const std::string snippet = make_snippet(text, 400, 420);
  EXPECT_EQ(count_characters(snippet), 162u);
  EXPECT_EQ(valid_utf8(snippet), snippet);
}

TEST(KeywordSnippet, a_hit_longer_than_the_snippet_is_cut_too) {
  const std::string text = repeated("redis ", 200);
  const std::string snippet = make_snippet(text, 0, text.size());
  EXPECT_TRUE(snippet.starts_with("redis redis"));
  EXPECT_TRUE(snippet.ends_with("redis…"));
  EXPECT_LE(count_characters(snippet), 161u);
}

TEST(KeywordSnippet, any_bytes_and_offsets_give_valid_text) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += static_cast<char>(i * 7919 % 256);
  for (std::size_t begin = 0; begin < 1100; begin += 7)
    for (const std::size_t end : {begin, begin + 5, begin + 400, std::size_t{0}}) {
      const std::string snippet = make_snippet(text, begin, end);
      EXPECT_EQ(valid_utf8(snippet), snippet);
      EXPECT_EQ(snippet.find_first_of("\n\r\t"), snippet.npos);
      EXPECT_LE(count_characters(snippet), 162u);
    }
}

}  // namespace
}  // namespace sextant::leads
