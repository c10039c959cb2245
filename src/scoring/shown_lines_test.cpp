#include "scoring/shown_lines.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scoring/change_excerpt.hpp"
#include "scoring/model_answer.hpp"
#include "scoring/rubric.hpp"
#include "testing/scoring_diffs.hpp"

namespace sextant::scoring {
namespace {

using testing::DiffText;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

ShownLines shown(const DiffText& text) {
  return make_excerpt({.diff = text.diff()}, {}, 100'000).shown;
}

std::vector<std::string> texts(const std::vector<Evidence>& lines) {
  std::vector<std::string> all;
  for (const Evidence& each : lines)
    all.push_back(fmt::format("{}:{}-{}", each.path, each.first_line, each.last_line));
  return all;
}

TEST(ShownLines, LeaveOutWhatLiesUnchangedBetweenThem) {
  const ShownLines lines = shown(DiffText()
                                     .change("src/a.py", 10, {}, {"one()", "two()"})
                                     .change("src/a.py", 50, {}, {"three()"})
                                     .change("src/a.py", 60, {}, {"four()", "five()"}));
  const auto between = [&](int first, int last) {
    return texts(lines.find("src/a.py", first, last));
  };
  EXPECT_THAT(between(10, 11), ElementsAre("src/a.py:10-11"));
  EXPECT_THAT(between(11, 60), ElementsAre("src/a.py:11-11", "src/a.py:50-50", "src/a.py:60-60"));
  EXPECT_THAT(between(9, 10), IsEmpty());
  EXPECT_THAT(between(11, 30), IsEmpty()) << "its end was not shown";
  EXPECT_THAT(between(1, 100'000), IsEmpty());
  EXPECT_THAT(between(11, 10), IsEmpty());
  EXPECT_THAT(texts(lines.find("src/b.py", 10, 10)), IsEmpty());
}

TEST(ShownLines, AreTheNewFilesOrElseTheOldOnes) {
  const ShownLines lines =
      shown(DiffText().change("src/a.py", 10, {"old()", "older()", "oldest()"}, {"new()"}));
  EXPECT_THAT(texts(lines.find("src/a.py", 10, 10)), ElementsAre("src/a.py:10-10"));
  EXPECT_THAT(texts(lines.find("src/a.py", 11, 12)), ElementsAre("src/a.py:11-12"));
  EXPECT_THAT(texts(lines.find("src/a.py", 10, 13)), IsEmpty());
}

// As a change shows them and as an answer's JSON has them.
TEST(ShownLines, CanBeCitedWhateverTheirFileIsCalled) {
  for (const std::string path :
       {R"(src/a "b".py)", R"(src\a.py)", "src/a\tb\x01.py", "src/caf\xe9.py", "src/\xc3\xa9.py",
        "src/a:3-4.py", R"(src/"\".py)"}) {
    git::Diff diff;
    diff.files.push_back(
        {.old_path = "",
         .path = path,
         .hunks = {{.old_line = 0, .new_line = 3, .removed = {}, .added = {"x = 1", "y = 2"}}},
         .lines_added = 2});
    const ChangeExcerpt excerpt = make_excerpt({.diff = diff}, {}, 1'000);
    const auto end = excerpt.text.find("\" modified");
    const std::string name = excerpt.text.substr(6, end - 6);
    EXPECT_EQ(name.find_first_of("\"\\\n\t\x01"), name.npos) << name;

    std::string answer = "{";
    for (const DimensionRubric& each : rubric())
      answer += fmt::format(R"({}"{}":{{"score":1,"reason":"r","evidence":["{}:3-4"]}})",
                            answer.size() > 1 ? "," : "", each.name, name);
    const auto read = read_answer(answer + "}", excerpt.shown);
    ASSERT_TRUE(read) << path << ": " << read.error().message;
    EXPECT_EQ(read->dimensions[0].evidence.at(0).path, path);
    const auto kept = read_answer(to_json(*read), excerpt.shown);
    ASSERT_TRUE(kept) << path << ": " << kept.error().message;
    EXPECT_EQ(kept->dimensions[0].evidence.at(0).path, path);
  }
}

TEST(ShownLines, OfFilesWithOneNameAreFoundInEither) {
  ShownLines lines;
  ShownFile first("a\"b");
  first.add(true, 1);
  ShownFile second("a'b");
  second.add(true, 5);
  lines.add(first);
  lines.add(second);
  EXPECT_THAT(texts(lines.find("a'b", 1, 1)), ElementsAre("a\"b:1-1"));
  EXPECT_THAT(texts(lines.find("a'b", 5, 5)), ElementsAre("a'b:5-5"));
}

}  // namespace
}  // namespace sextant::scoring
