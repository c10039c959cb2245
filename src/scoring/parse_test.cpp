#include "scoring/parse.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sextant::scoring {
namespace {

constexpr std::uint64_t much = 1'000'000'000;

std::string lines_of(std::string_view line, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += line;
  return text;
}

TEST(Parse, takes_the_same_work_for_the_same_text) {
  const std::string text = lines_of("x = f(a, [b, c])\n", 100);
  const ParsedText first = parse(GrammarName::python, text, much);
  (void)parse(GrammarName::python, lines_of("f\"{{{ \n", 50), much);
  const ParsedText second = parse(GrammarName::python, text, much);
  ASSERT_TRUE(first.tree);
  EXPECT_EQ(first.work, second.work);
  EXPECT_LT(first.work, 300 * text.size()) << "code takes little";
}

TEST(Parse, ends_where_the_work_would_be_more_than_allowed) {
  const std::string text = lines_of("x = f(a, [b, c])\n", 100);
  const std::uint64_t work = parse(GrammarName::python, text, much).work;
  EXPECT_TRUE(parse(GrammarName::python, text, work).tree);
  EXPECT_FALSE(parse(GrammarName::python, text, work - 1).tree);
  EXPECT_TRUE(parse(GrammarName::python, text, work).tree) << "and the next begins anew";
}

TEST(Parse, ends_soon_on_text_that_is_no_code) {
  const ParsedText parsed = parse(GrammarName::javascript, lines_of("->->->->\n", 450), 16'000'000);
  EXPECT_FALSE(parsed.tree);
  EXPECT_LT(parsed.work, 20'000'000u) << "it looked in time";
}

TEST(Parse, survives_the_mark_of_a_here_document_that_no_byte_can_count) {
  const std::string text =
      "f <<" + std::string(300, 'A') + ", <<" + std::string(260, 'B') + "\nx\n";
  EXPECT_TRUE(parse(GrammarName::ruby, text, much).tree);
}

}  // namespace
}  // namespace sextant::scoring
