#include "leads/keyword_json.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/text.hpp"

namespace sextant::leads {
namespace {

using Outcome = JsonTextReader::Outcome;

std::string read(std::string_view json) {
  JsonTextReader reader;
  const std::size_t name_end = json.find(':');
  return reader.read(json, name_end) == Outcome::text ? std::string(reader.text().text) : "";
}

TEST(KeywordJson, texts_are_unescaped_and_folded) {
  EXPECT_EQ(read(R"("body":"Plain")"), "plain");
  EXPECT_EQ(read(R"("body" : "A\n\t\"B\" \\ C\/D")"), "a\n\t\"b\" \\ c/d");
  EXPECT_EQ(read(R"("body":"\u0041\u00C9\uD83D\uDE00 ÉЯ日")"), "aé😀 éя日");
}

TEST(KeywordJson, texts_of_every_length_end_where_they_end) {
  for (std::size_t length = 0; length < 300; ++length) {
    std::string text(length, 'X');
    if (length > 20) text.replace(length / 2, 2, "É");
    const std::string json = "\"body\":\"" + text + "\",\"title\":\"no\"}";
    JsonTextReader reader;
    ASSERT_EQ(reader.read(json, 6), Outcome::text);
    EXPECT_EQ(reader.text().text, fold(text));
    EXPECT_EQ(reader.text().is_ascii, length <= 20);
    EXPECT_EQ(std::string_view(reader.text().text.data() + reader.text().text.size(),
                               FoldedView::padding),
              std::string(FoldedView::padding, '\0'));
  }
}

TEST(KeywordJson, what_is_no_text_or_may_be_another_is_told_apart) {
  JsonTextReader reader;
  for (const auto* none : {R"("body":5)", R"("body":null)", R"("body")", R"("body":)",
                           R"("body":"open)", R"("body":"\)", "\"body\":\"line\nend\""})
    EXPECT_EQ(reader.read(none, 6), Outcome::none) << none;
  for (const auto* doubtful :
       {R"("body":"\u0000")", R"("body":"\ud800")", R"("body":"\x")", R"("body":"\u12")"})
    EXPECT_EQ(reader.read(doubtful, 6), Outcome::doubtful) << doubtful;
  for (const std::string letter : {"x", "é", "\\u00e9", "\\n", "\xFF"}) {
    std::string long_text = "\"body\":\"";
    while (long_text.size() < 800'000) long_text += letter;
    EXPECT_EQ(reader.read(long_text + '"', 6), Outcome::doubtful) << letter;
  }
}

}  // namespace
}  // namespace sextant::leads
