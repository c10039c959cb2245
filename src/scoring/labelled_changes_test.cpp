#include "scoring/labelled_changes.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "scoring/evaluation.hpp"
#include "scoring/feature_rows.hpp"
#include "scoring/file_history.hpp"
#include "scoring/model_fit.hpp"
#include "testing/git_repositories.hpp"
#include "testing/scoring_diffs.hpp"

namespace sextant::scoring {
namespace {

using testing::DiffText;
using testing::Tongue;

TEST(FileHistories, a_title_that_mends_something_is_known_by_its_words) {
  for (const char* title : {"Fix the reader", "PROJ-12: npe on close", "bug 7", "hotfix: leak"})
    EXPECT_TRUE(speaks_of_a_fix(title)) << title;
  for (const char* title : {"Add a prefix", "Suffixes", "", "Debugger for pages", "Go on"})
    EXPECT_FALSE(speaks_of_a_fix(title)) << title;
}

class LabelledChanges : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& content) const {
    std::ofstream(folder_.path() / "file.jsonl", std::ios::binary) << content;
    return folder_.path() / "file.jsonl";
  }
  Clones clones() {
    Result<Clone> clone = open_clone(theirs.path(), folder_.path() / "scratch");
    if (!clone) throw std::runtime_error(clone.error().message);
    Clones all;
    all.emplace("a/b", *std::move(clone));
    return all;
  }
  // What each good line came to: its label, the paths of its diff and their fixes before it.
  std::vector<std::string> read(const std::string& content, const Clones& clones) {
    std::vector<std::string> found;
    problems_.clear();
    const Result<void> done = read_labelled_changes(
        EvaluationKind::risk, write(content), clones,
        [&](const LabelledChange& change, const ChangeInputs& inputs) {
          std::string text = fmt::format("{}", change.label);
          for (std::size_t i = 0; i < inputs.diff.files.size(); ++i) {
            text += " " + inputs.diff.files[i].path;
            if (!inputs.history.empty()) text += fmt::format(":{}", inputs.history[i].fixes);
          }
          found.push_back(std::move(text));
          return std::optional<std::string>();
        },
        [&](const std::string& problem) { problems_.push_back(problem); });
    EXPECT_TRUE(done) << done.error().message;
    return found;
  }
  static std::string line(const std::string& commit, bool buggy) {
    return nlohmann::json{{"repo", "a/b"}, {"commit", commit}, {"buggy", buggy}}.dump() + "\n";
  }

  testing::GitRepository theirs;
  std::vector<std::string> problems_;

 private:
  testing::TemporaryFolder folder_;
};

TEST_F(LabelledChanges, a_clone_gives_the_diffs_that_the_file_leaves_out_and_their_history) {
  const std::string first = theirs.commit({.message = "Add", .files = {{"a.go", "x := 1\n"}}});
  const std::string second = theirs.commit({.message = "Fix", .files = {{"a.go", "x := 2\n"}}});
  const std::string third = theirs.commit({.message = "On", .files = {{"a.go", "x := 3\n"}}});
  const std::vector<std::string> expected = {"1 a.go:0", "0 a.go:0", "0 a.go:1"};
  EXPECT_EQ(read(line(first, true) + line(second, false) + line(third, false), clones()), expected);
  EXPECT_TRUE(problems_.empty());
}

TEST_F(LabelledChanges, a_renamed_file_keeps_the_past_of_its_old_name) {
  theirs.commit({.message = "Fix", .files = {{"a.go", "alpha\nbeta\ngamma\n"}}});
  const std::string renamed = theirs.commit(
      {.message = "Move", .files = {{"b.go", "alpha\nbeta\ngamma\n"}}, .removed = {"a.go"}});
  EXPECT_EQ(read(line(renamed, false), clones()), std::vector<std::string>{"0 b.go:1"});
}

TEST_F(LabelledChanges, a_commit_or_clone_that_is_not_there_is_named_and_passed_over) {
  const std::string first = theirs.commit({.message = "Add", .files = {{"a.go", "x := 1\n"}}});
  const std::string unknown(40, '7');
  EXPECT_EQ(read(line(unknown, true) + line(first, true), clones()).size(), 1u);
  EXPECT_EQ(problems_, std::vector<std::string>{"line 1: the clone has no such commit"});
  EXPECT_TRUE(read(line(first, true), {}).empty());
  ASSERT_EQ(problems_.size(), 1u);
  EXPECT_NE(problems_[0].find("no clone of its repo"), std::string::npos);
  EXPECT_TRUE(
      read("{\"repo\": \"a/b\", \"commit\": \"HEAD\", \"buggy\": true}\n", clones()).empty());
  ASSERT_EQ(problems_.size(), 1u);
  EXPECT_NE(problems_[0].find("a full hash"), std::string::npos);
}

// Changes of three repositories whose effort follows their size.
std::string effort_lines() {
  std::string content;
  for (int repo = 0; repo < 3; ++repo)
    for (int i = 1; i <= 20; ++i) {
      const auto seed = static_cast<unsigned>(100 * repo + i);
      const DiffText text = DiffText().add("src/a.go", testing::program(Tongue::go, seed, i * 9));
      content +=
          nlohmann::json{
              {"repo", fmt::format("a/{}", repo)}, {"effort", i / 7.0}, {"diff", text.text()}}
              .dump() +
          "\n";
    }
  return content;
}

TEST_F(LabelledChanges, the_features_of_a_change_are_printed_by_name_with_label_and_scores) {
  std::vector<std::string> rows;
  const Result<void> done = write_feature_rows(
      EvaluationKind::effort, write(effort_lines()), {}, *make_static_scorer({}),
      [&](const std::string& row) { rows.push_back(row); }, [](const std::string&) {});
  ASSERT_TRUE(done);
  ASSERT_EQ(rows.size(), 60u);
  const auto row = nlohmann::json::parse(rows[19]);
  EXPECT_EQ(row["repo"], "a/0");
  EXPECT_EQ(row["features"]["added_lines"], 180 - row["features"].value("moved_lines", 0));
  EXPECT_GT(row["scores"]["base"].get<int>(), 10);
}

TEST_F(LabelledChanges, a_fit_gives_the_same_bytes_twice_and_says_what_it_was_given) {
  const std::filesystem::path file = write(effort_lines());
  const Result<Fit> first = fit_model(EvaluationKind::effort, file, {});
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(fit_model(EvaluationKind::effort, file, {})->model_text, first->model_text);
  EXPECT_NE(first->model_text.find("given effort 60 "), std::string::npos);
  EXPECT_NE(first->report.find("each repository left out"), std::string::npos);
}

TEST_F(LabelledChanges, a_fit_refuses_a_file_with_a_bad_line) {
  const Result<Fit> fit =
      fit_model(EvaluationKind::effort, write(effort_lines() + "no json\n"), {});
  ASSERT_FALSE(fit);
  EXPECT_NE(fit.error().message.find("line 61"), std::string::npos);
}

}  // namespace
}  // namespace sextant::scoring
