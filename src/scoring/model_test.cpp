#include "scoring/model.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "scoring/opinion.hpp"

namespace sextant::scoring {
namespace {

std::string text() {
  return std::string(embedded_model_text());
}

std::string with(std::string_view before, std::string_view after) {
  std::string changed = text();
  const std::size_t at = changed.find(before);
  if (at == std::string::npos) throw std::runtime_error("not in the model");
  return changed.replace(at, before.size(), after);
}

std::string refusal_of(const std::string& model) {
  const Result<Model> parsed = parse_model(model);
  return parsed ? "" : parsed.error().message;
}

TEST(StaticModel, the_embedded_file_is_the_one_in_the_repository_and_a_model) {
  std::ifstream file(SEXTANT_SOURCE_DIR "/src/scoring/static_model.txt", std::ios::binary);
  EXPECT_EQ(text(), std::string(std::istreambuf_iterator<char>(file), {}));
  EXPECT_EQ(refusal_of(text()), "");
}

TEST(StaticModel, what_is_no_model_is_refused_by_line) {
  EXPECT_NE(refusal_of(with("given effort", "gives effort")).find("line 11: an unknown word"),
            std::string::npos);
  EXPECT_NE(refusal_of(with("line  added_lines", "line  added_stars")).find("takes a feature"),
            std::string::npos);
  EXPECT_NE(refusal_of(with("more_files              101", "more_files              201"))
                .find("another dimension"),
            std::string::npos);
  EXPECT_NE(refusal_of(with("more_files              101", "more_files              199"))
                .find("no sentence"),
            std::string::npos);
  EXPECT_NE(refusal_of(with("lines 50", "lines -50")).find("out of range"), std::string::npos);
  EXPECT_NE(refusal_of(with("step 300", "step 79")).find("steps must rise"), std::string::npos);
  EXPECT_NE(refusal_of(with("curve  1600   9800", "curve  1600   9000")).find("must rise"),
            std::string::npos);
  EXPECT_NE(refusal_of(with("step 80\n", "")).find("one step for each point"), std::string::npos);
  EXPECT_NE(refusal_of("").find("curve must begin"), std::string::npos);
}

TEST(StaticModel, the_curve_rises_and_ends_at_the_maximum) {
  const Model& model = embedded_model();
  std::int64_t before = -1;
  for (std::int64_t sum = 0; sum < 4000 * one_line; sum += 250) {
    EXPECT_GE(model.part_of_maximum(sum), before);
    before = model.part_of_maximum(sum);
  }
  EXPECT_EQ(model.part_of_maximum(0), 0);
  EXPECT_EQ(model.part_of_maximum(3200 * one_line), 10'000);
  EXPECT_EQ(model.part_of_maximum(INT64_MAX / 4), 10'000);
}

TEST(StaticModel, written_anew_it_reads_back_with_its_weights_and_all_else_as_it_stood) {
  EXPECT_EQ(rewritten(text(), embedded_model()), text()) << "the file is kept in its own form";
  Model model = embedded_model();
  model.terms.back().weight.weight = 12345;
  model.doublings.front().weight.weight = 77;
  model.given.front() = {.kind = "effort", .hash = "abc", .labels = 9};
  const std::string changed = rewritten(text(), model);
  const Result<Model> again = parse_model(changed);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->terms.back().weight.weight, 12345);
  EXPECT_EQ(again->doublings.front().weight.weight, 77);
  EXPECT_EQ(again->given.front().labels, 9u);
  EXPECT_EQ(rewritten(changed, *again), changed);
}

Features of_size(int lines) {
  Features features;
  features.counts[static_cast<std::size_t>(Feature::added_lines)] = lines;
  features.counts[static_cast<std::size_t>(Feature::program_tokens)] = lines * 8;
  features.source_lines = lines;
  return features;
}

int points(Dimension dimension, const Features& features) {
  return opinion_on(dimension, embedded_model(), features).points;
}

TEST(Opinions, one_line_more_of_any_count_never_lowers_the_first_five) {
  for (const int lines : {1, 7, 40, 300, 2000})
    for (std::size_t f = 0; f < feature_count; ++f)
      for (std::size_t d = 0; d + 1 < dimension_count; ++d) {
        int before = -1;
        for (const int count : {0, 1, 2, 5, 20, 100, 1000}) {
          Features features = of_size(lines);
          features.counts[f] += count;
          const int now = points(static_cast<Dimension>(d), features);
          EXPECT_GE(now, before) << name(static_cast<Feature>(f)) << " for "
                                 << name(static_cast<Dimension>(d)) << " at " << lines;
          EXPECT_LE(now, max_score(static_cast<Dimension>(d)));
          before = now;
        }
      }
}

TEST(Opinions, the_files_history_moves_risk_alone_by_four_points_or_what_the_diff_gave_at_most) {
  for (const int lines : {0, 1, 20, 300, 3000}) {
    const Features without = of_size(lines);
    Features with = without;
    for (const Feature feature : {Feature::file_fixes, Feature::file_age})
      with.counts[static_cast<std::size_t>(feature)] = 300;
    for (std::size_t d = 0; d < dimension_count; ++d) {
      const auto dimension = static_cast<Dimension>(d);
      const int moved = points(dimension, with) - points(dimension, without);
      if (dimension != Dimension::risk || lines == 0) {
        EXPECT_EQ(moved, 0) << name(dimension);
      } else if (lines < 3000) {
        EXPECT_GT(moved, 0);
        EXPECT_LE(moved, std::min(4, points(dimension, without) + 1)) << lines;
      }
      EXPECT_LE(points(dimension, with), max_score(dimension));
    }
  }
}

TEST(Opinions, documentation_is_worth_two_points_at_most_and_nothing_without_code) {
  Features features = of_size(50);
  features.counts[static_cast<std::size_t>(Feature::documentation_lines)] = 5000;
  features.counts[static_cast<std::size_t>(Feature::comment_lines)] = 5000;
  EXPECT_EQ(points(Dimension::quality, features), 2);
  features.counts[static_cast<std::size_t>(Feature::added_lines)] = 0;
  EXPECT_EQ(points(Dimension::quality, features), 0);
}

TEST(Opinions, parts_say_what_the_points_are_made_of) {
  Features features = of_size(30);
  features.counts[static_cast<std::size_t>(Feature::functions)] = 3;
  const Opinion opinion = opinion_on(Dimension::architecture, embedded_model(), features);
  ASSERT_EQ(opinion.parts.size(), 2u);
  EXPECT_EQ(opinion.parts[0].factor, 201);
  EXPECT_EQ(opinion.parts[0].number, 3);
  EXPECT_GT(opinion.parts[0].sum, 0);
  EXPECT_EQ(opinion.parts[1].factor, 200);
}

}  // namespace
}  // namespace sextant::scoring
