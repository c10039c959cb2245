#include "scoring/effort.hpp"

#include <gtest/gtest.h>

namespace sextant::scoring {
namespace {

EffortTier tier(int lines, int files = 1) {
  return effort_of(EffortScale::tiers, lines, files).tier;
}
int factor(EffortScale scale, int lines, int files = 1) {
  return effort_of(scale, lines, files).factor;
}

TEST(Effort, lines_choose_the_tier_exactly_at_its_ends) {
  EXPECT_EQ(tier(0), EffortTier::nano);
  EXPECT_EQ(tier(10), EffortTier::nano);
  EXPECT_EQ(tier(11), EffortTier::micro);
  EXPECT_EQ(tier(50), EffortTier::micro);
  EXPECT_EQ(tier(51), EffortTier::small);
  EXPECT_EQ(tier(150), EffortTier::small);
  EXPECT_EQ(tier(151), EffortTier::medium);
  EXPECT_EQ(tier(400), EffortTier::medium);
  EXPECT_EQ(tier(401), EffortTier::large);
  EXPECT_EQ(tier(800), EffortTier::large);
  EXPECT_EQ(tier(801), EffortTier::xl);
  EXPECT_EQ(tier(2'000'000'000), EffortTier::xl);
}

TEST(Effort, each_tier_has_its_factor) {
  constexpr EffortScale tiers = EffortScale::tiers;
  EXPECT_EQ(factor(tiers, 0), 1000);
  EXPECT_EQ(factor(tiers, 10), 1000);
  EXPECT_EQ(factor(tiers, 11), 2500);
  EXPECT_EQ(factor(tiers, 51), 4000);
  EXPECT_EQ(factor(tiers, 151), 6000);
  EXPECT_EQ(factor(tiers, 401), 8000);
  EXPECT_EQ(factor(tiers, 801), 10'000);
}

TEST(Effort, files_two_tiers_above_the_lines_raise_the_tier_by_one) {
  EXPECT_EQ(tier(10, 5), EffortTier::nano) << "micro is only one above";
  EXPECT_EQ(tier(10, 6), EffortTier::micro);
  EXPECT_EQ(tier(10, 41), EffortTier::micro) << "one tier, however many files";
  EXPECT_EQ(tier(11, 10), EffortTier::micro);
  EXPECT_EQ(tier(11, 11), EffortTier::small);
  EXPECT_EQ(tier(150, 20), EffortTier::small);
  EXPECT_EQ(tier(150, 21), EffortTier::medium);
  EXPECT_EQ(tier(400, 40), EffortTier::medium);
  EXPECT_EQ(tier(400, 41), EffortTier::large);
  EXPECT_EQ(tier(800, 1000), EffortTier::large) << "nothing is two above large";
  EXPECT_EQ(tier(0, 41), EffortTier::nano) << "no effective lines: nano, whatever was renamed";
}

TEST(Effort, the_smooth_curve_passes_its_ends_and_the_middle_of_every_tier) {
  constexpr EffortScale smooth = EffortScale::smooth;
  EXPECT_EQ(factor(smooth, 0), 800);
  EXPECT_EQ(factor(smooth, 1), 800);
  EXPECT_NEAR(factor(smooth, 5), 1000, 50);
  EXPECT_NEAR(factor(smooth, 30), 2500, 50);
  EXPECT_NEAR(factor(smooth, 100), 4000, 50);
  EXPECT_NEAR(factor(smooth, 275), 6000, 50);
  EXPECT_NEAR(factor(smooth, 600), 8000, 50);
  EXPECT_EQ(factor(smooth, 801), 10'000);
  EXPECT_EQ(factor(smooth, 2'000'000'000), 10'000);
}

TEST(Effort, the_smooth_curve_never_falls_and_has_no_cliff) {
  for (int lines = 1; lines < 1000; ++lines) {
    const int step = factor(EffortScale::smooth, lines + 1) - factor(EffortScale::smooth, lines);
    EXPECT_GE(step, 0) << lines;
    EXPECT_LE(step, 100) << lines;
  }
}

TEST(Effort, the_smooth_curve_knows_no_rise_by_files) {
  EXPECT_EQ(factor(EffortScale::smooth, 20, 1), factor(EffortScale::smooth, 20, 500));
}

TEST(Effort, off_leaves_the_base_score) {
  EXPECT_EQ(factor(EffortScale::off, 3), 10'000);
  EXPECT_EQ(scaled(37, factor(EffortScale::off, 3)), 37);
}

TEST(Effort, products_are_rounded_half_up) {
  EXPECT_EQ(scaled(5, 1000), 1) << "0.5";
  EXPECT_EQ(scaled(4, 1000), 0) << "0.4";
  EXPECT_EQ(scaled(10, 2500), 3) << "2.5";
  EXPECT_EQ(scaled(30, 2500), 8) << "7.5";
  EXPECT_EQ(scaled(100, 10'000), 100);
}

TEST(Effort, a_scale_is_read_by_its_name_or_refused_with_the_choice) {
  for (const EffortScale scale : {EffortScale::tiers, EffortScale::smooth, EffortScale::off})
    EXPECT_EQ(parse_effort_scale(name(scale)), scale);
  const Result<EffortScale> wrong = parse_effort_scale("steep");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::invalid);
  EXPECT_NE(wrong.error().message.find("smooth"), std::string::npos);
}

}  // namespace
}  // namespace sextant::scoring
