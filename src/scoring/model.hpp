// The static scorer's opinion as data: src/scoring/static_model.txt, compiled in. Per dimension a
// sum of counts in line equivalents, and the curve that turns such a sum into points. Every weight
// is positive and the curve only rises, so more of anything never lowers a score. All in integers:
// the same on every machine.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "scoring/features.hpp"

namespace sextant::scoring {

// Sums are in thousandths of an ordinary effective line.
constexpr std::int64_t one_line = 1000;

struct Model {
  // A weight and what we thought before we looked at any label: fitting begins there.
  struct Weight {
    Feature feature;
    std::int64_t prior = 0;
    std::int64_t weight = 0;
  };

  // What a count adds to a dimension, in thousandths of a line each, and the factor that says so.
  // `most` bounds what it adds in all; 0: nothing does.
  struct Term {
    Dimension dimension;
    Weight weight;
    std::uint16_t factor = 0;
    std::int64_t most = 0;
  };

  // What a dimension takes from the mere size of a change, and how far its terms may go beyond it,
  // both in percent of that size: of the tests for quality, of all else for the others. The bound
  // keeps a sum proportional to the work, so that cutting a change into parts gains nothing.
  struct Share {
    std::int64_t size_percent = 0;
    std::int64_t terms_percent = 0;
    std::uint16_t factor = 0;
  };

  // From a sum in lines to the part of a dimension's maximum, in ten-thousandths.
  struct Knot {
    std::int64_t lines = 0;
    std::int64_t part = 0;
  };

  // What a kind of label was fitted on: the file's hash and how many labels it held.
  struct Given {
    std::string kind;
    std::string hash;
    std::size_t labels = 0;
  };

  std::int64_t lines_percent = 100;             // of size; tokens make up the rest
  std::vector<Weight> lines;                    // what a line counts, in thousandths
  std::vector<Weight> tokens;                   // what a token counts
  std::array<Share, dimension_count> shares{};  // perf_security has none
  std::vector<Term> terms;
  std::vector<Knot> curve;
  // The densities at which each point of perf_security begins, in thousandths of a line for the
  // square root of the lines.
  std::vector<std::int64_t> steps;
  // What a doubling of a count adds on top of what the curve gives, in thousandths of a point, and
  // how many points a dimension gets so at most.
  std::vector<Term> doublings;
  std::array<std::int64_t, dimension_count> doublings_most{};
  std::vector<Given> given;

  // From a sum to the part of a dimension's maximum, in ten-thousandths.
  std::int64_t part_of_maximum(std::int64_t sum) const;
};

// Refuses what is no model, by line: an unknown feature, a curve that falls, a negative weight, a
// factor without a sentence or of another dimension.
Result<Model> parse_model(std::string_view text);
// `text` with the model's weights and what they were fitted on, all else as it stands.
std::string rewritten(std::string_view text, const Model& model);

const Model& embedded_model();
std::string_view embedded_model_text();

}  // namespace sextant::scoring
