#include "leads/keyword_text.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace sextant::leads {
namespace {

TEST(KeywordText, letters_of_every_script_belong_to_words_and_punctuation_to_none) {
  for (const char32_t c : std::u32string_view(U"aZ09_éßжЯΩאع字かก한\u0301"))
    EXPECT_TRUE(is_word_character(c)) << static_cast<unsigned>(c);
  for (const char32_t c : std::u32string_view(U" -./@«»“”…—。、·×😀™²\uFE0F\uFFFD"))
    EXPECT_FALSE(is_word_character(c)) << static_cast<unsigned>(c);
}

// What makes an offset in folded text one in the text as it came.
TEST(KeywordText, folding_changes_the_length_of_no_character) {
  for (char32_t c = 0; c < 0x110000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string letter;
    utf8::append(letter, c);
    ASSERT_EQ(fold(letter).size(), letter.size()) << static_cast<unsigned>(c);
  }
}

TEST(KeywordText, folded_text_is_that_of_the_base_whatever_its_alignment) {
  std::string text;
  for (int i = 0; i < 400; ++i) {
    text += i % 37 == 0 ? "É" : std::string(1, static_cast<char>(' ' + i % 95));
    EXPECT_EQ(FoldedText(text).text(), fold(text));
  }
}

TEST(KeywordText, origin_counts_characters_where_bytes_were_replaced) {
  const std::string text =
      "\xFF\xFE"
      "abc";
  const FoldedText folded(text);
  EXPECT_EQ(folded.text().find('a'), 6u);
  EXPECT_EQ(folded.origin(6), 2u);
  EXPECT_EQ(folded.origin(folded.text().size()), text.size());
}

}  // namespace
}  // namespace sextant::leads
