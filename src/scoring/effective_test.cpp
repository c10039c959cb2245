#include "scoring/effective.hpp"

#include <gtest/gtest.h>

#include "testing/scoring_diffs.hpp"

namespace sextant::scoring {
namespace {

using testing::DiffText;
using testing::Lines;

int effective(const DiffText& text) {
  return testing::score_of(text).effective_lines;
}

int excluded(const DiffText& text, ExclusionReason reason) {
  int lines = 0;
  for (const Exclusion& exclusion : testing::score_of(text).exclusions)
    if (exclusion.reason == reason) lines += exclusion.lines;
  return lines;
}

TEST(EffectiveLines, count_what_was_added_and_what_was_removed) {
  EXPECT_EQ(effective(DiffText().change("a.go", 3, {"x := 1"}, {"x := 2", "y := 3"})), 3);
  EXPECT_EQ(effective(DiffText().add("a.go", Lines(11, "x := 1"))), 11) << "equal lines count each";
}

TEST(EffectiveLines, a_longer_argument_list_counts_on_both_sides) {
  EXPECT_EQ(effective(DiffText().change("a.go", 3, {"total := add(a)"}, {"total := add(a, b)"})),
            2);
  EXPECT_EQ(
      effective(DiffText().change("a.js", 3, {"if (value === null) {"}, {"if (value == null) {"})),
      2);
}

TEST(EffectiveLines, leave_out_blank_and_comment_lines) {
  const DiffText text = DiffText().add("a.go", {"package a", "", "// why", "\t \t", "/* more",
                                                "words here", "*/", "x := 1 // kept", "\t// so"});
  EXPECT_EQ(effective(text), 2);
  EXPECT_EQ(excluded(text, ExclusionReason::comments), 5);
}

class OneText : public TextSource {
 public:
  explicit OneText(std::string text) : text_(std::move(text)) {}
  std::optional<std::string> text(std::size_t, bool is_after) override {
    ++asked;
    return is_after ? std::optional(text_) : std::nullopt;
  }
  int asked = 0;

 private:
  std::string text_;
};

EffectiveChange read_with(TextSource& texts, std::string_view path, const Lines& added) {
  const DiffText text = DiffText().change(path, 3, {}, added);
  const git::Diff diff = text.diff();
  EffectiveChange change = read_effective({.diff = diff, .texts = &texts}, {});
  change.files.clear();  // they point into the text
  return change;
}

TEST(EffectiveLines, ask_the_whole_text_where_a_docstring_s_markup_stands) {
  const Lines example{">>> total(1, 2)", "3"};
  OneText inside("def total(a, b):\n    \"\"\"Adds.\n" + example[0] + "\n3\n\"\"\"\n");
  EXPECT_EQ(read_with(inside, "a.py", example).effective_lines, 0);
  OneText unasked("");
  read_with(unasked, "a.js", example);
  EXPECT_EQ(unasked.asked, 0) << "a language without docstrings";
}

TEST(EffectiveLines, ask_the_whole_text_only_where_they_read_like_prose) {
  const auto lines_with = [](TextSource& texts, const Lines& added) {
    return read_with(texts, "a.c", added);
  };
  const Lines prose{"these words explain at some length", "what comes below here"};
  OneText inside("int a;\n/* Why it is so:\n" + prose[0] + "\n" + prose[1] + "\n*/\nint b;\n");
  const EffectiveChange comment = lines_with(inside, prose);
  EXPECT_EQ(comment.effective_lines, 0);
  OneText outside("int a; /* no */\nint c;\n" + prose[0] + "\n" + prose[1] + "\n");
  const EffectiveChange code = lines_with(outside, prose);
  EXPECT_EQ(code.effective_lines, 2);
  EXPECT_NE(comment.texts_said, code.texts_said) << "what was said belongs to the inputs";
  OneText unasked("/*\n\n");
  EXPECT_EQ(lines_with(unasked, {"int d = call(a, b);", "return d;"}).effective_lines, 2);
  EXPECT_EQ(unasked.asked, 0);
}

TEST(EffectiveLines, a_text_above_in_three_quotes_makes_no_comment_of_the_code_below) {
  const Lines example{"def total(a, b):", "    \"\"\"The ``sum``.\"\"\"", "    return a + b"};
  OneText text("QUERY = '''\nSELECT 1\n'''\n" + example[0] + "\n" + example[1] + "\n");
  const DiffText diff = DiffText().change("a.py", 4, {}, example);
  const git::Diff parsed = diff.diff();
  EXPECT_EQ(read_effective({.diff = parsed, .texts = &text}, {}).effective_lines, 2);
  EXPECT_EQ(text.asked, 1);
}

TEST(EffectiveLines, know_each_language_s_comments) {
  EXPECT_EQ(effective(DiffText().add("a.py", {"# no", "x = 1", "\"\"\"doc", "x = 2", "\"\"\""})),
            1);
  EXPECT_EQ(effective(DiffText().add("a.sql", {"-- no", "SELECT 1;", "/* no */"})), 1);
  EXPECT_EQ(effective(DiffText().add("a.html", {"<!-- no", "no -->", "<p>yes</p>"})), 1);
  EXPECT_EQ(effective(DiffText().add("a.lua", {"-- no", "--[[ no", "no ]]", "x = 1"})), 1);
  EXPECT_EQ(effective(DiffText().add("a.hs", {"-- no", "{- no -}", "x = 1"})), 1);
  EXPECT_EQ(effective(DiffText().add("a.rb", {"=begin", "no", "=end", "x = 1"})), 1);
  EXPECT_EQ(effective(DiffText().add("a.yml", {"# no", "a: 1", "color: \"#fff\""})), 2);
  EXPECT_EQ(effective(DiffText().add("a.c", {"#include <a.h>", "// no"})), 1);
  EXPECT_EQ(effective(DiffText().add("a.sh", {"#!/bin/sh", "echo $#", "# no"})), 1);
}

TEST(EffectiveLines, a_comment_mark_within_a_text_is_no_comment) {
  EXPECT_EQ(effective(DiffText().add(
                "a.js", {"const a = \"// no\";", "const b = '/* no';", "const c = 1;"})),
            3);
  EXPECT_EQ(effective(DiffText().add("a.js", {"glob('src/**/*.js');", "more();"})), 2);
}

TEST(EffectiveLines, a_hunk_that_begins_inside_a_comment_knows_it) {
  EXPECT_EQ(effective(DiffText().change(
                "a.java", 9, {}, {"  words of a comment", "  that began above */", "int x = 1;"})),
            1);
  EXPECT_EQ(effective(DiffText().change("A.java", 9, {}, {" * words of a comment", " * and more"})),
            0);
}

TEST(EffectiveLines, white_space_wrapping_quotes_and_trailing_commas_count_nothing) {
  const auto nothing = [](std::string_view path, const Lines& before, const Lines& after) {
    const DiffText text = DiffText().change(path, 5, before, after);
    EXPECT_EQ(effective(text), 0) << path;
    EXPECT_EQ(excluded(text, ExclusionReason::whitespace) + excluded(text, ExclusionReason::moved),
              static_cast<int>(before.size() + after.size()));
  };
  nothing("a.go", {"x:=1"}, {"\tx := 1"});
  nothing("a.go", {"x := 1"}, {"x := 1\r"});
  nothing("a.js", {"call(first, second, third);"},
          {"call(", "  first,", "  second,", "  third,", ");"});
  nothing("a.js", {"const a = \"x\";"}, {"const a = 'x'"});
  nothing("a.py", {"def f(a, b):", "    return a"},
          {"def f(", "    a,", "    b", "):", "  return a"});
}

TEST(EffectiveLines, one_changed_word_in_a_rewrapped_statement_counts_that_statement_only) {
  const DiffText text = DiffText().change(
      "a.js", 5,
      {"first(alpha, beta, gamma);", "second(delta, epsilon, zeta);", "third(eta, theta, iota);"},
      {"first(", "  alpha,", "  beta,", "  gamma", ");", "second(", "  delta,", "  CHANGED,",
       "  zeta", ");", "third(", "  eta,", "  theta,", "  iota", ");"});
  EXPECT_GE(effective(text), 2);
  EXPECT_LE(effective(text), 6);
}

TEST(EffectiveLines, moved_lines_count_nothing_within_and_between_files) {
  const Lines block = {"func total(a int, b int) int {", "\tsum := a + b", "\treturn sum", "}"};
  const DiffText within = DiffText().change("a.go", 10, block, {}).change("a.go", 90, {}, block);
  EXPECT_EQ(effective(within), 0);
  const DiffText between = DiffText().change("a.go", 10, block, {}).change("b.go", 90, {}, block);
  EXPECT_EQ(effective(between), 0);
  EXPECT_EQ(excluded(between, ExclusionReason::moved), 8);
}

TEST(EffectiveLines, a_copy_is_no_move) {
  const Lines block = {"total := first + second", "report(total, first)"};
  EXPECT_EQ(
      effective(DiffText().change("a.go", 10, block, {}).add("b.go", block).add("c.go", block)), 2);
}

TEST(EffectiveLines, short_lines_found_everywhere_do_not_pass_as_moved) {
  EXPECT_EQ(effective(DiffText()
                          .change("a.go", 10, {"\treturn nil"}, {})
                          .change("b.go", 10, {}, {"\treturn nil"})),
            2);
}

TEST(EffectiveLines, short_lines_move_within_a_file_that_was_laid_out_anew) {
  const auto relaid = [](const Lines& removed, const Lines& added) {
    return DiffText()
        .change("a.c", 5, {"    first(alpha);", "    second(beta);", "    third(gamma);"},
                {"  first(alpha);", "  second(beta);", "  third(gamma);"})
        .change("a.c", 20, {"        done = 1;", "        }"}, {"    done = 1;"})
        .change("a.c", 29, removed, {})
        .change("a.c", 40, {}, added);
  };
  EXPECT_EQ(effective(relaid({}, {"  }"})), 0);
  EXPECT_EQ(effective(relaid({"    return 0;"}, {"  }", "  return 0;"})), 0);
  EXPECT_EQ(effective(relaid({"    return 0;"}, {"  }", "  return 1;"})), 2);
  EXPECT_EQ(effective(relaid({}, {"  }", "  return 1;"})), 1);
}

TEST(EffectiveLines, a_rename_without_change_counts_nothing) {
  const Score score = testing::score_of(DiffText().rename("a.go", "b/c.go"));
  EXPECT_EQ(score.effective_lines, 0);
  EXPECT_EQ(score.effective_files, 0);
  EXPECT_EQ(score.files_changed, 1);
}

TEST(EffectiveLines, tests_and_agents_instructions_count) {
  EXPECT_EQ(effective(DiffText().add("a_test.go", {"x := 1"})), 1);
  EXPECT_EQ(effective(DiffText().add("AGENTS.md", {"Always run the tests.", "", "Never guess."})),
            2);
  EXPECT_EQ(effective(DiffText().add("README.md", {"Words."})), 0);
}

TEST(EffectiveLines, the_file_count_leaves_out_what_has_none) {
  const Score score = testing::score_of(DiffText()
                                            .add("a.go", {"x := 1"})
                                            .add("b.go", {"// only words"})
                                            .add("vendor/c.go", {"x := 1"})
                                            .rename("d.go", "e.go"));
  EXPECT_EQ(score.effective_files, 1);
  EXPECT_EQ(score.files_changed, 4);
}

TEST(EffectiveLines, what_was_left_out_is_listed_with_its_lines) {
  const Score score = testing::score_of(DiffText()
                                            .add("vendor/a.go", Lines(9, "x"))
                                            .add("go.sum", Lines(30, "x"))
                                            .add("b.go", {"// words", "x := 1"}));
  ASSERT_EQ(score.exclusions.size(), 3u);
  EXPECT_EQ(score.exclusions[0].path, "go.sum");
  EXPECT_EQ(score.exclusions[0].lines, 30);
  EXPECT_EQ(score.exclusions[1].path, "vendor/a.go");
  EXPECT_EQ(score.exclusions[2].path, "b.go");
  EXPECT_EQ(score.exclusions[2].reason, ExclusionReason::comments);
}

TEST(EffectiveLines, lines_that_a_limit_left_out_still_count) {
  git::Diff diff;
  git::FileChange& file = diff.files.emplace_back();
  file.path = "big.go";
  file.truncated = true;
  file.lines_added = 5000;
  file.hunks = {{.old_line = 0, .new_line = 1, .removed = {}, .added = {"x := 1"}}};
  const Result<Score> score = make_static_scorer({})->score({diff});
  ASSERT_TRUE(score);
  EXPECT_EQ(score->effective_lines, 5000);
  EXPECT_EQ(score->tier, EffortTier::xl);
}

}  // namespace
}  // namespace sextant::scoring
