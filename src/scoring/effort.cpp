#include "scoring/effort.hpp"

#include <algorithm>
#include <climits>

namespace sextant::scoring {
namespace {

constexpr int whole = 10'000;

constexpr TierRow tiers[] = {
    {EffortTier::nano, 10, 2, 1000},    {EffortTier::micro, 50, 5, 2500},
    {EffortTier::small, 150, 10, 4000}, {EffortTier::medium, 400, 20, 6000},
    {EffortTier::large, 800, 40, 8000}, {EffortTier::xl, INT_MAX, INT_MAX, whole},
};

// The ends, and between them the middle of each tier at that tier's factor.
constexpr EffortKnot knots[] = {
    {2, 800}, {11, 1000}, {61, 2500}, {201, 4000}, {551, 6000}, {1201, 8000}, {1602, whole},
};

std::size_t tier_index(int TierRow::* limit, int count) {
  std::size_t index = 0;
  while (count > tiers[index].*limit) ++index;
  return index;
}

int smooth_factor(int lines) {
  const std::int64_t at = std::int64_t{lines} * 2;
  if (at <= knots[0].half_lines) return knots[0].factor;
  for (std::size_t i = 1; i < std::size(knots); ++i) {
    const EffortKnot& from = knots[i - 1];
    const EffortKnot& to = knots[i];
    if (at > to.half_lines) continue;
    return static_cast<int>(from.factor + (to.factor - from.factor) * (at - from.half_lines) /
                                              (to.half_lines - from.half_lines));
  }
  return whole;
}

}  // namespace

std::span<const TierRow> effort_tiers() {
  return tiers;
}
std::span<const EffortKnot> effort_knots() {
  return knots;
}

Effort effort_of(EffortScale scale, int effective_lines, int effective_files) {
  std::size_t index = tier_index(&TierRow::lines_max, effective_lines);
  // Many files make more work than their lines show: one tier up when they say two or more.
  if (scale == EffortScale::tiers && effective_lines > 0 &&
      tier_index(&TierRow::files_max, effective_files) >= index + 2)
    ++index;
  const TierRow& row = tiers[index];
  switch (scale) {
    case EffortScale::tiers:
      return {row.tier, row.factor};
    case EffortScale::smooth:
      return {row.tier, smooth_factor(effective_lines)};
    case EffortScale::off:
      break;
  }
  return {row.tier, whole};
}

int scaled(int base, int factor) {
  return std::clamp((base * factor + whole / 2) / whole, 0, 100);
}

}  // namespace sextant::scoring
