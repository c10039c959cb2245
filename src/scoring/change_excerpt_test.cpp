#include "scoring/change_excerpt.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/scoring_diffs.hpp"

namespace sextant::scoring {
namespace {

using testing::DiffText;
using ::testing::HasSubstr;
using testing::Lines;
using ::testing::Not;

ChangeExcerpt excerpt(const DiffText& text, std::size_t bytes = 100'000) {
  return make_excerpt({.diff = text.diff()}, {}, bytes);
}

Lines numbered(int count, const std::string& what = "call") {
  Lines lines;
  for (int i = 0; i < count; ++i) lines.push_back(fmt::format("{}({})", what, i));
  return lines;
}

TEST(ChangeExcerpt, ShowsChangedLinesWithTheirNumbers) {
  const ChangeExcerpt whole = excerpt(DiffText()
                                          .change("src/a.py", 10, {"old()"}, {"new()", "two()"})
                                          .rename("src/b.py", "src/c.py"));
  EXPECT_EQ(whole.text,
            "file \"src/a.py\" modified\n-10 old()\n+10 new()\n+11 two()\n"
            "file \"src/c.py\" renamed, before \"src/b.py\"\n");
  EXPECT_EQ(whole.files, 2);
  EXPECT_EQ(whole.lines_cut, 0);
}

TEST(ChangeExcerpt, LeavesOutWhatNobodyWrote) {
  const ChangeExcerpt some = excerpt(DiffText()
                                         .add("src/a.py", {"x = 1"})
                                         .add("vendor/lib/b.js", {"secret()"})
                                         .add("package-lock.json", {"{}"})
                                         .add("README.md", {"How to use it."}));
  EXPECT_THAT(some.text, Not(HasSubstr("secret")));
  EXPECT_THAT(some.text, HasSubstr("How to use it."));
  EXPECT_EQ(some.files, 2);
  EXPECT_EQ(some.files_left_out, 2);
  EXPECT_EQ(some.files_cut, 0);
}

TEST(ChangeExcerpt, LeavesOutHoweverManyNobodyWrote) {
  DiffText text = DiffText().add("src/a.py", {"x = 1"});
  for (int i = 0; i < 300; ++i) text.add(fmt::format("vendor/b{}.js", i), {"secret()"});
  const ChangeExcerpt some = excerpt(text);
  EXPECT_THAT(some.text, Not(HasSubstr("secret")));
  EXPECT_EQ(some.files_left_out, 300);
}

TEST(ChangeExcerpt, LeavesOutWhatTheGlobsName) {
  const DiffText text = DiffText().add("src/a.py", {"x = 1"}).add("gen/b.py", {"secret()"});
  const git::Diff diff = text.diff();
  EXPECT_THAT(make_excerpt({.diff = diff}, {"gen/"}, 1000).text, Not(HasSubstr("secret")));
}

TEST(ChangeExcerpt, SaysHowManyFilesWereNotRead) {
  const DiffText text = DiffText().add("a.py", {"x = 1"}).add("b.py", {"y = 1", "z = 1"});
  const git::Diff diff = *git::parse_diff(text.text(), {.files = 1});
  const ChangeExcerpt cut = make_excerpt({.diff = diff}, {}, 1000);
  EXPECT_THAT(cut.text, HasSubstr("[1 more files were not read]"));
  EXPECT_EQ(cut.files_cut, 2);
  EXPECT_EQ(cut.lines_cut, 2);
}

TEST(ChangeExcerpt, GivesEveryFileItsShareAndWhatSmallOnesLeaveToTheLarge) {
  const DiffText text = DiffText()
                            .add("src/a.py", numbered(2000))
                            .add("src/b.py", {"small()"})
                            .add("src/c.py", numbered(2000, "other"));
  const ChangeExcerpt cut = excerpt(text, 10'000);
  EXPECT_THAT(cut.text, HasSubstr("small()"));
  EXPECT_THAT(cut.text, HasSubstr("+1 call(0)\n"));
  EXPECT_THAT(cut.text, HasSubstr("+200 other(199)\n"));
  EXPECT_GT(cut.text.size(), 9'800u);
  EXPECT_LT(cut.text.size(), 10'300u);
  EXPECT_EQ(cut.files_cut, 2);
  const auto shown = std::count(cut.text.begin(), cut.text.end(), '+');
  EXPECT_EQ(cut.lines_cut, 4001 - shown);
  EXPECT_THAT(cut.text, HasSubstr("changed lines of this file are not, or not whole, shown]"));
}

TEST(ChangeExcerpt, ShowsTheMostChangedOfVeryManyFiles) {
  DiffText text;
  for (int i = 0; i < 300; ++i) text.add(fmt::format("src/f{:03}.py", i), numbered(i + 1));
  const ChangeExcerpt cut = excerpt(text, 16'000);
  EXPECT_THAT(cut.text, HasSubstr("src/f299.py"));
  EXPECT_THAT(cut.text, Not(HasSubstr("src/f000.py")));
  EXPECT_THAT(cut.text, HasSubstr("[280 more files with "));
  EXPECT_EQ(cut.files_cut, 300);
  EXPECT_LT(cut.text.size(), 20'000u);
}

TEST(ChangeExcerpt, CutsALongLineAndSaysSo) {
  const DiffText text =
      DiffText().change("src/a.py", 1, {"x = 1", "y = 2"},
                        Lines{std::string(1500, 'x'), "a = 1", "b = 2", "c = 3", "d = 4"});
  const ChangeExcerpt cut = make_excerpt({.diff = text.diff()}, {}, 100'000);
  EXPECT_LT(cut.text.size(), 1300u);
  EXPECT_THAT(cut.text, HasSubstr("[cut]"));
  EXPECT_EQ(cut.lines_cut, 1);
}

TEST(ChangeExcerpt, ANameCannotLookLikeALine) {
  git::Diff diff;
  diff.files.push_back({.old_path = "", .path = "a\n+1 x\nfile \"b\"\xff", .hunks = {}});
  const ChangeExcerpt one = make_excerpt({.diff = diff}, {}, 1000);
  EXPECT_EQ(std::count(one.text.begin(), one.text.end(), '\n'), 1);
  diff.files[0].path = std::string(100'000, '\x01');
  EXPECT_LT(make_excerpt({.diff = diff}, {}, 1000).text.size(), 1000u);
}

TEST(ChangeExcerpt, IsValidTextWhateverTheBytes) {
  git::Diff diff;
  const std::string line = "a\xff\xfe\x00z\r";
  diff.files.push_back(
      {.old_path = "",
       .path = "a.py",
       .hunks = {{.old_line = 0, .new_line = 1, .removed = {}, .added = {line, "\x1b[2J"}}},
       .lines_added = 2});
  EXPECT_EQ(make_excerpt({.diff = diff}, {}, 1000).text,
            "file \"a.py\" modified\n+1 a\xEF\xBF\xBD\xEF\xBF\xBD\n+2 \x1b[2J\n");
}

TEST(ChangeExcerpt, KnowsWhichLinesItShows) {
  const DiffText text = DiffText().add("src/a.py", numbered(2000)).add("package-lock.json", {"{}"});
  const ChangeExcerpt cut = excerpt(text, 2'000);
  EXPECT_THAT(cut.text, HasSubstr("+40 "));
  EXPECT_EQ(cut.shown.find("src/a.py", 1, 40).size(), 1u);
  EXPECT_TRUE(cut.shown.find("src/a.py", 1, 2000).empty()) << "the end of it was cut off";
  EXPECT_FALSE(cut.shown.has_file("package-lock.json")) << "nobody wrote it";
}

}  // namespace
}  // namespace sextant::scoring
