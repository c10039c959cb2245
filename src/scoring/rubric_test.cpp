#include "scoring/rubric.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "testing/scoring_anchors.hpp"

namespace sextant::scoring {
namespace {

std::string documentation() {
  std::ifstream file(SEXTANT_SOURCE_DIR "/docs/scoring.md", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(Rubric, maxima_sum_to_a_hundred) {
  int sum = 0;
  for (const DimensionRubric& each : rubric()) sum += each.max;
  EXPECT_EQ(sum, 100);
}

TEST(Rubric, bands_cover_every_point_once) {
  for (const DimensionRubric& each : rubric()) {
    int next = 0;
    for (const Band& band : each.bands) {
      EXPECT_EQ(band.low, next) << each.name;
      EXPECT_GE(band.high, band.low) << each.name;
      next = band.high + 1;
    }
    EXPECT_EQ(next, each.max + 1) << each.name;
  }
}

TEST(Rubric, dimensions_stand_in_the_order_of_their_enumeration) {
  for (std::size_t i = 0; i < dimension_count; ++i)
    EXPECT_EQ(static_cast<std::size_t>(rubric()[i].dimension), i);
}

TEST(Rubric, every_anchor_scores_within_its_band) {
  for (const DimensionRubric& each : rubric())
    for (const Anchor& anchor : each.anchors) {
      const Score score = testing::score_of(testing::anchor(each.dimension, anchor.level));
      const int points = score.dimensions[static_cast<std::size_t>(each.dimension)].score;
      const Band& band = band_of(each.dimension, anchor.points);
      EXPECT_GE(points, band.low) << each.name << " " << anchor.level;
      EXPECT_LE(points, band.high) << each.name << " " << anchor.level;
    }
}

TEST(Rubric, an_anchor_has_about_the_lines_its_text_says) {
  const Score mid = testing::score_of(testing::anchor(Dimension::scope, "mid"));
  EXPECT_EQ(mid.files_changed, 8);
  EXPECT_NEAR(mid.lines_added, 220, 10);
  const Score high = testing::score_of(testing::anchor(Dimension::scope, "high"));
  EXPECT_EQ(high.files_changed, 60);
  EXPECT_EQ(high.lines_added, 1200);
  EXPECT_NEAR(testing::score_of(testing::anchor(Dimension::risk, "high")).lines_added, 1500, 50);
  EXPECT_NEAR(testing::score_of(testing::anchor(Dimension::architecture, "high")).lines_added, 1400,
              50);
}

TEST(Rubric, the_documentation_holds_these_very_tables) {
  const std::string text = documentation();
  EXPECT_NE(text.find(rubric_tables()), std::string::npos) << "docs/scoring.md should hold:\n"
                                                           << rubric_tables();
  EXPECT_NE(text.find(effort_tables()), std::string::npos) << "docs/scoring.md should hold:\n"
                                                           << effort_tables();
}

}  // namespace
}  // namespace sextant::scoring
