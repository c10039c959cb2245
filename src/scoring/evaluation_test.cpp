#include "scoring/evaluation.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "scoring/rank_statistics.hpp"
#include "testing/scoring_diffs.hpp"

namespace sextant::scoring {
namespace {

using testing::DiffText;
using testing::Tongue;

// A folder of its own that goes with the test.
class Evaluations : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              fmt::format("sextant-evaluation-{}-{}", getpid(),
                          ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& content) const {
    std::ofstream(folder_ / "file.jsonl", std::ios::binary) << content;
    return folder_ / "file.jsonl";
  }
  std::filesystem::path write_gzip(const std::string& content) const {
    const std::filesystem::path path = folder_ / "file.jsonl.gz";
    const gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
    gzclose(file);
    return path;
  }
  static Result<Evaluation> evaluate_effort(const std::filesystem::path& path) {
    return evaluate(EvaluationKind::effort, path, {}, *make_static_scorer({}));
  }

 private:
  std::filesystem::path folder_;
};

std::string effort_line(int lines, double effort, std::string_view repo = "a/b") {
  const DiffText text =
      DiffText().add("src/a.go", testing::program(Tongue::go, static_cast<unsigned>(lines), lines));
  return nlohmann::json{
             {"repo", repo}, {"language", "go"}, {"effort", effort}, {"diff", text.text()}}
             .dump() +
         "\n";
}

std::string good_lines() {
  std::string content;
  for (int i = 1; i <= 20; ++i) content += effort_line(i * 10, i / 7.0);
  return content;
}

TEST_F(Evaluations, effort_that_follows_size_is_found_again) {
  const Result<Evaluation> evaluation = evaluate_effort(write(good_lines()));
  ASSERT_TRUE(evaluation) << evaluation.error().message;
  ASSERT_EQ(evaluation->groups.size(), 4u);
  EXPECT_EQ(evaluation->groups[0].name, "all");
  EXPECT_EQ(evaluation->groups[0].count, 20u);
  EXPECT_EQ(evaluation->groups[1].name, "language go");
  EXPECT_EQ(evaluation->groups[2].name, "repo a/b");
  EXPECT_EQ(evaluation->groups[3].name, "mean over repos");
  for (const Measure& measure : evaluation->groups[0].measures) {
    if (measure.name == "files" || measure.name == "hunks") {
      EXPECT_FALSE(measure.rho) << "constant";
      continue;
    }
    ASSERT_TRUE(measure.rho);
    EXPECT_GT(*measure.rho, 0.9) << measure.name;
    EXPECT_LE(measure.rho_low, *measure.rho);
    EXPECT_GE(measure.rho_high, *measure.rho - 1e-9);
    EXPECT_GT(measure.auc.value_or(0), 0.9);
  }
}

TEST_F(Evaluations, gzip_and_plain_give_the_same_text_twice) {
  const std::string plain = to_text(*evaluate_effort(write(good_lines())));
  EXPECT_EQ(to_text(*evaluate_effort(write_gzip(good_lines()))), plain);
  EXPECT_EQ(to_text(*evaluate_effort(write(good_lines()))), plain);
}

TEST_F(Evaluations, a_bad_line_is_named_and_passed_over) {
  const Result<Evaluation> evaluation = evaluate_effort(write(
      good_lines() + "no json\n\n{\"effort\": 1}\n{\"diff\": \"x\", \"effort\": \"much\"}\n[1]\n" +
      effort_line(5, 0) + effort_line(6, 3.5) + effort_line(7, -1) + effort_line(8, 3)));
  ASSERT_TRUE(evaluation);
  EXPECT_EQ(evaluation->groups[0].count, 22u);
  EXPECT_EQ(evaluation->skipped, 6u);
  ASSERT_EQ(evaluation->problems.size(), 6u);
  EXPECT_EQ(evaluation->problems[0], "line 21: not a JSON object");
  EXPECT_EQ(evaluation->problems[1], "line 23: \"diff\" must be a text, or \"commit\" a full hash");
  const std::string range = "\"effort\" must be a number from 0 (minutes) to 3 (over four hours)";
  EXPECT_EQ(evaluation->problems[2], "line 24: " + range);
  EXPECT_EQ(evaluation->problems[4], "line 27: " + range);
  EXPECT_EQ(evaluation->problems[5], "line 28: " + range);
  EXPECT_NE(to_text(*evaluation).find("6 lines skipped"), std::string::npos);
}

TEST_F(Evaluations, a_file_without_a_good_line_is_refused_with_the_reason) {
  const Result<Evaluation> empty = evaluate_effort(write(""));
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().kind, ErrorKind::invalid);
  const Result<Evaluation> wrong = evaluate_effort(write("nothing\n"));
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("line 1: not a JSON object"), std::string::npos);
  EXPECT_FALSE(evaluate_effort("/nowhere/at/all.jsonl"));
  EXPECT_FALSE(evaluate_effort(std::filesystem::temp_directory_path()));
}

TEST_F(Evaluations, a_gzip_file_cut_short_is_an_error) {
  const std::filesystem::path path = write_gzip(good_lines());
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  EXPECT_FALSE(evaluate_effort(path));
}

TEST_F(Evaluations, security_and_risk_files_read_their_own_labels) {
  const DiffText text = DiffText().add("src/a.go", testing::program(Tongue::go, 1, 9));
  const auto line = [&](std::string_view key, bool label) {
    return nlohmann::json{{"repo", "a/b"}, {key, label}, {"diff", text.text()}}.dump() + "\n";
  };
  const auto scorer = make_static_scorer({});
  const auto security =
      evaluate(EvaluationKind::security, write(line("fixes_cve", true) + line("fixes_cve", false)),
               {}, *scorer);
  ASSERT_TRUE(security);
  EXPECT_EQ(security->groups[0].measures[0].name, "perf_security");
  EXPECT_EQ(security->groups[0].measures[0].auc, 0.5) << "equal scores";
  const auto risk = evaluate(EvaluationKind::risk,
                             write(line("buggy", true) + line("buggy", false)), {}, *scorer);
  ASSERT_TRUE(risk);
  EXPECT_EQ(risk->groups[0].measures[0].name, "risk");
}

TEST_F(Evaluations, the_json_form_is_json) {
  const Result<Evaluation> evaluation = evaluate_effort(write(good_lines() + "bad\n"));
  ASSERT_TRUE(evaluation);
  const auto json = nlohmann::json::parse(to_json(*evaluation));
  EXPECT_EQ(json["kind"], "effort");
  EXPECT_EQ(json["skipped"], 1);
  EXPECT_EQ(json["groups"][0]["n"], 20);
  EXPECT_EQ(json["groups"][0]["measures"][0]["name"], "base score");
  EXPECT_TRUE(json["groups"][0]["measures"][0]["rho"].is_number());
}

TEST(RankStatistics, agree_with_figures_worked_out_by_hand) {
  const std::vector<double> rising = {1, 2, 3, 4, 5};
  const std::vector<double> falling = {9, 7, 5, 3, 1};
  EXPECT_DOUBLE_EQ(*spearman(rising, rising), 1);
  EXPECT_DOUBLE_EQ(*spearman(rising, falling), -1);
  const std::vector<double> swapped = {2, 1, 3, 4, 5};
  EXPECT_DOUBLE_EQ(*spearman(rising, swapped), 0.9);
  const std::vector<double> tied = {1, 1, 2, 2};
  const std::vector<double> other = {1, 2, 3, 4};
  EXPECT_NEAR(*spearman(tied, other), 0.894427, 1e-6);
  EXPECT_FALSE(spearman(std::vector<double>{1, 1, 1}, std::vector<double>{1, 2, 3}));
  EXPECT_FALSE(spearman(std::vector<double>{1, 2}, std::vector<double>{1, 2}));
  EXPECT_DOUBLE_EQ(*area_under_curve(rising, {false, false, false, true, true}), 1);
  EXPECT_DOUBLE_EQ(*area_under_curve(rising, {false, true, false, true, false}), 0.5);
  EXPECT_DOUBLE_EQ(*area_under_curve(tied, {false, true, false, true}), 0.5);
  EXPECT_FALSE(area_under_curve(rising, {true, true, true, true, true}));
}

TEST(EvaluationKinds, are_read_by_name_or_refused_with_the_choice) {
  EXPECT_EQ(parse_evaluation_kind("security"), EvaluationKind::security);
  const auto wrong = parse_evaluation_kind("luck");
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("effort"), std::string::npos);
}

}  // namespace
}  // namespace sextant::scoring
