// What points mean: the six dimensions, their bands and eighteen calibration anchors, as data. The
// documentation's tables, the golden tests and a model's instructions are all made from here.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "scoring/score.hpp"

namespace sextant::scoring {

constexpr std::string_view rubric_version = "1.0";

struct Band {
  int low;
  int high;
  std::string_view text;
};

// A change everybody can picture, and the points it is worth.
struct Anchor {
  std::string_view level;  // "low", "mid", "high"
  int points;
  std::string_view text;
};

struct DimensionRubric {
  Dimension dimension;
  std::string_view name;
  int max;
  std::string_view question;
  std::span<const Band> bands;  // gapless from 0 to max
  std::array<Anchor, 3> anchors;
};

std::span<const DimensionRubric, dimension_count> rubric();
const DimensionRubric& rubric_of(Dimension dimension);
const Band& band_of(Dimension dimension, int points);

// The tables of docs/scoring.md.
std::string rubric_tables();
std::string effort_tables();

}  // namespace sextant::scoring
