#include "scoring/guidelines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/scoring_diffs.hpp"

namespace sextant::scoring {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Guidelines guidelines(std::string text) {
  const auto read = read_guidelines(1, std::move(text));
  EXPECT_TRUE(read) << read.error().message;
  return read.value_or(Guidelines{});
}

std::string refusal(std::string text) {
  const auto read = read_guidelines(1, std::move(text));
  return read ? "none" : read.error().message;
}

TEST(Guidelines, NameTheGlobsThatTheirLinesIgnoreAndKeepTheTextAsItWas) {
  const std::string text =
      "# What counts\r\nTests do.\r\n\r\nignore: docs/generated/**\r\n  - Ignore: `*.snap`\n* "
      "ignore:x/y\n";
  EXPECT_THAT(guidelines(text).ignore, ElementsAre("docs/generated/**", "*.snap", "x/y"));
  EXPECT_EQ(guidelines(text).text, text);
  EXPECT_THAT(guidelines("\xEF\xBB\xBFignore: a").ignore, ElementsAre("a"));
  EXPECT_THAT(guidelines("we ignore: nothing\nignored: a b\n").ignore, IsEmpty());
  EXPECT_THAT(guidelines("").ignore, IsEmpty());
}

TEST(Guidelines, AreRefusedWithTheLineOfAGlobThatCouldNeverMatch) {
  EXPECT_THAT(refusal("prose\nignore:\n"), HasSubstr("line 2: a glob of paths is missing"));
  EXPECT_THAT(refusal("ignore: /"), HasSubstr("missing"));
  EXPECT_THAT(refusal("ignore: a/**, b/**"), HasSubstr("one glob on a line"));
  EXPECT_THAT(refusal("ignore: !a"), HasSubstr("taken out"));
  for (const char* glob : {"src/[ab", "a\\", "[[:letters:]]"})
    EXPECT_THAT(refusal(std::string("ignore: ") + glob), HasSubstr("can match nothing")) << glob;
  EXPECT_THAT(refusal("ignore: " + std::string(501, 'a')), HasSubstr("may have 500 bytes"));
  std::string many;
  for (int i = 0; i < 101; ++i) many += "ignore: a\n";
  EXPECT_THAT(refusal(many), HasSubstr("line 101: there are more than 100"));
}

TEST(Guidelines, AreRefusedWithWhatIsRightWhereAGlobIsNoPathFromTheTop) {
  EXPECT_THAT(refusal("prose\nignore: ./src\n"), HasSubstr("line 2: \"./src\" can match nothing"));
  const std::pair<const char*, const char*> right[] = {{"./src", "write \"/src\""},
                                                       {"./src/*.py", "write \"/src/*.py\""},
                                                       {"a//b", "write \"a/b\""},
                                                       {"//a", "write \"/a\""},
                                                       {"src/./gen/", "write \"src/gen/\""},
                                                       {"a//", "write \"a/\""},
                                                       {"././/", "write \"**\""},
                                                       {".", "write \"**\""},
                                                       {"../x", "never lead up"},
                                                       {"src/../gen", "never lead up"},
                                                       {"src/..", "never lead up"}};
  for (const auto& [glob, what] : right)
    EXPECT_THAT(refusal(std::string("ignore: ") + glob), HasSubstr(what)) << glob;
  for (const char* glob : {"/src", "/src/", "src/", ".github/", "..x/*", "*", ".*"})
    EXPECT_EQ(refusal(std::string("ignore: ") + glob), "none") << glob;
}

TEST(Guidelines, AreBoundedTextInUtf8) {
  EXPECT_EQ(refusal(std::string(guidelines_bytes_max, 'x')), "none");
  EXPECT_THAT(refusal(std::string(guidelines_bytes_max + 1, 'x')), HasSubstr("65536"));
  EXPECT_THAT(refusal("ok\ngr\xFC\xDF"), HasSubstr("line 2: byte 3 is no UTF-8"));
  EXPECT_THAT(refusal(std::string("a\0b", 3)), HasSubstr("zero byte"));
  EXPECT_EQ(refusal("grüß \xEF\xBF\xBD"), "none");
}

TEST(Guidelines, LeaveOutWhatTheyIgnoreAndChangeTheInputsOnlyOfWhatTheyReach) {
  testing::DiffText text;
  text.add("src/main.py", {"def run(items):", "    return sorted(items)"})
      .add("gen/big.py", testing::program(testing::Tongue::python, 1, 200));
  const git::Diff diff = text.diff();
  const auto scorer = make_static_scorer({});
  const auto score = [&](const Guidelines* given) {
    return scorer->score({.diff = diff, .guidelines = given}).value();
  };
  const Guidelines ignoring = guidelines("ignore: gen/\n");
  const Guidelines elsewhere = guidelines("Be strict.\nignore: other/\n");
  EXPECT_LT(score(&ignoring).effective_lines, score(nullptr).effective_lines);
  ASSERT_EQ(score(&ignoring).exclusions.size(), 1U);
  EXPECT_EQ(score(&ignoring).exclusions.front().reason, ExclusionReason::ignored);
  EXPECT_NE(score(&ignoring).inputs_hash, score(nullptr).inputs_hash);
  EXPECT_EQ(score(&elsewhere).inputs_hash, score(nullptr).inputs_hash);
  EXPECT_EQ(score(&elsewhere).final_score, score(nullptr).final_score);
}

}  // namespace
}  // namespace sextant::scoring
