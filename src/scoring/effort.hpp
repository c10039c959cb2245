// From the size of a change to the factor its base score is multiplied with. Integers throughout: a
// factor is in ten-thousandths, so that no machine rounds differently.
#pragma once

#include <span>

#include "scoring/score.hpp"

namespace sextant::scoring {

struct TierRow {
  EffortTier tier;
  int lines_max;  // effective lines; the last row has no end
  int files_max;  // effective files
  int factor;     // in ten-thousandths
};
std::span<const TierRow> effort_tiers();

// A knot of the smooth curve. Tiers' midpoints lie between two lines, hence half lines.
struct EffortKnot {
  int half_lines;
  int factor;
};
std::span<const EffortKnot> effort_knots();

struct Effort {
  EffortTier tier = EffortTier::nano;
  int factor = 1000;
};
Effort effort_of(EffortScale scale, int effective_lines, int effective_files);

// base x factor, rounded half up, 0-100.
int scaled(int base, int factor);

}  // namespace sextant::scoring
