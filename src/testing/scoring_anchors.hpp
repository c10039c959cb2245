// The rubric's eighteen calibration anchors as diffs.
#pragma once

#include <string_view>

#include "scoring/score.hpp"
#include "testing/scoring_diffs.hpp"

namespace sextant::testing {

// `level` is "low", "mid" or "high".
DiffText anchor(scoring::Dimension dimension, std::string_view level);

}  // namespace sextant::testing
