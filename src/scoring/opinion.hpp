// From a change's counts to points: what a model says of one dimension, and by which parts.
#pragma once

#include <vector>

#include "scoring/model.hpp"

namespace sextant::scoring {

// A reason under construction: what it brings to its dimension's sum.
struct Part {
  std::uint16_t factor = 0;
  std::int64_t number = 0;  // what its sentence says
  std::int64_t sum = 0;
  Feature place = Feature::added_lines;  // where its evidence lies
};

struct Opinion {
  int points = 0;
  std::vector<Part> parts;
};

Opinion opinion_on(Dimension dimension, const Model& model, const Features& features);

// The size of what changed outside tests, in thousandths of a line.
std::int64_t size_of(const Model& model, const Features& features);

}  // namespace sextant::scoring
