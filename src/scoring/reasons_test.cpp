#include <fmt/format.h>
#include <gtest/gtest.h>

#include "scoring/score.hpp"
#include "testing/scoring_anchors.hpp"
#include "testing/scoring_diffs.hpp"

namespace sextant::scoring {
namespace {

using testing::DiffText;

bool are_equal(const Factor& a, const Factor& b) {
  const auto same_place = [](const Evidence& x, const Evidence& y) {
    return x.path == y.path && x.first_line == y.first_line && x.last_line == y.last_line;
  };
  return a.code == b.code && a.numbers == b.numbers && a.words == b.words && a.points == b.points &&
         std::equal(a.evidence.begin(), a.evidence.end(), b.evidence.begin(), b.evidence.end(),
                    same_place);
}

void expect_round_trip(const Score& score) {
  const Result<Reasons> reasons = unpack_reasons(pack_reasons(score));
  ASSERT_TRUE(reasons) << reasons.error().message;
  for (std::size_t i = 0; i < dimension_count; ++i) {
    const std::vector<Factor>& before = score.dimensions[i].factors;
    const std::vector<Factor>& after = reasons->factors[i];
    EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin(), after.end(), are_equal))
        << i;
  }
  ASSERT_EQ(reasons->exclusions.size(), score.exclusions.size());
  for (std::size_t i = 0; i < score.exclusions.size(); ++i) {
    EXPECT_EQ(reasons->exclusions[i].path, score.exclusions[i].path);
    EXPECT_EQ(reasons->exclusions[i].reason, score.exclusions[i].reason);
    EXPECT_EQ(reasons->exclusions[i].lines, score.exclusions[i].lines);
  }
}

TEST(Reasons, what_was_packed_comes_back) {
  for (std::size_t i = 0; i < dimension_count; ++i)
    for (const char* level : {"low", "mid", "high"})
      expect_round_trip(testing::score_of(testing::anchor(static_cast<Dimension>(i), level)));
}

TEST(Reasons, a_models_opinion_comes_back) {
  Score score = testing::score_of(testing::anchor(Dimension::risk, "mid"));
  EXPECT_FALSE(unpack_reasons(pack_reasons(score))->model);
  ModelOpinion& opinion = score.model.emplace();
  opinion.model = "anthropic/thinker-1";
  opinion.mode = ModelMode::replace;
  opinion.adjust_max = 3;
  opinion.static_scorer = "static/1";
  opinion.static_scores = {1, 2, 3, 4, 5, 0};
  opinion.answered = {20, 20, 20, 20, 15, 5};
  opinion.fallback = "it hung";
  opinion.guidelines_version = 7;
  opinion.files_cut = 8;
  opinion.lines_cut = INT32_MAX;
  opinion.tokens = {.input = 10'000'000'000, .cached = 2, .cache_written = 3, .output = 4};
  opinion.micro_dollars = 5;
  opinion.was_kept = true;
  expect_round_trip(score);
  const auto back = unpack_reasons(pack_reasons(score))->model;
  ASSERT_TRUE(back);
  EXPECT_EQ(back->model, opinion.model);
  EXPECT_EQ(back->mode, opinion.mode);
  EXPECT_EQ(back->adjust_max, opinion.adjust_max);
  EXPECT_EQ(back->static_scorer, opinion.static_scorer);
  EXPECT_EQ(back->static_scores, opinion.static_scores);
  EXPECT_EQ(back->answered, opinion.answered);
  EXPECT_EQ(back->fallback, opinion.fallback);
  EXPECT_EQ(back->guidelines_version, 7);
  EXPECT_EQ(back->files_cut, 8);
  EXPECT_EQ(back->lines_cut, INT32_MAX);
  EXPECT_EQ(back->tokens.input, 10'000'000'000);
  EXPECT_EQ(back->tokens.cached, 2);
  EXPECT_EQ(back->tokens.cache_written, 3);
  EXPECT_EQ(back->tokens.output, 4);
  EXPECT_EQ(back->micro_dollars, 5);
  EXPECT_TRUE(back->was_kept);
}

TEST(Reasons, odd_values_come_back) {
  Score score;
  score.dimensions[0].factors.push_back(
      {.code = 65535,
       .numbers = {-1, INT64_MAX, INT64_MIN},
       .words = {"", std::string("a\0b", 3)},
       .points = -2.5,
       .evidence = {{"", 0, 0}, {"x", 7, 3}, {"x/y", INT32_MAX, INT32_MAX}}});
  score.dimensions[5].factors.push_back(
      {.code = 0, .numbers = {}, .words = {}, .points = 0, .evidence = {}});
  score.exclusions = {{"", ExclusionReason::moved, 0},
                      {"\xff", ExclusionReason::comments, INT32_MAX}};
  expect_round_trip(score);
  expect_round_trip(Score{});
}

TEST(Reasons, a_file_that_was_not_read_to_its_end_is_kept) {
  Score score;
  score.exclusions = {{.path = "b.py", .reason = ExclusionReason::truncated, .files = 1}};
  const auto kept = unpack_reasons(pack_reasons(score));
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->exclusions.size(), 1u);
  EXPECT_EQ(kept->exclusions[0].reason, ExclusionReason::truncated);
  EXPECT_EQ(kept->exclusions[0].files, 1);
}

TEST(Reasons, a_small_score_takes_little_room) {
  const Score score = testing::score_of(
      DiffText().change("src/app/orders.go", 40, {"\ttotal := 1"}, {"\ttotal := count(rows)"}));
  EXPECT_LE(pack_reasons(score).size(), 100u);
}

TEST(Reasons, a_large_score_is_compressed) {
  DiffText text;
  for (int file = 0; file < 300; ++file)
    text.add(fmt::format("vendor/library/with/a/long/name/file{}.go", file), {"package x"});
  const Score score = testing::score_of(text);
  ASSERT_EQ(score.exclusions.size(), 201u) << "the list has an end";
  EXPECT_EQ(score.exclusions.back().reason, ExclusionReason::unlisted);
  EXPECT_EQ(score.exclusions.back().files, 100);
  EXPECT_EQ(score.exclusions.back().lines, 100);
  EXPECT_EQ(unpack_reasons(pack_reasons(score))->exclusions.back().files, 100);
  EXPECT_LE(pack_reasons(score).size(), 2000u);
  expect_round_trip(score);
}

TEST(Reasons, damaged_bytes_are_refused_and_never_crash) {
  EXPECT_FALSE(unpack_reasons(""));
  EXPECT_FALSE(unpack_reasons("\x07nonsense"));
  EXPECT_FALSE(unpack_reasons(std::string("\x01") + "no zlib"));
  const std::string good =
      pack_reasons(testing::score_of(testing::anchor(Dimension::risk, "high")));
  EXPECT_FALSE(unpack_reasons(good + "x")) << "something behind the end";
  for (std::size_t length = 0; length < good.size(); ++length)
    EXPECT_FALSE(unpack_reasons(good.substr(0, length))) << length;
  std::string plain = pack_reasons(Score{});
  for (std::size_t at = 0; at < plain.size(); ++at)
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = plain;
      changed[at] = static_cast<char>(byte);
      (void)unpack_reasons(changed);
    }
}

}  // namespace
}  // namespace sextant::scoring
