// The static scorer's opinion as data: per dimension a sum of counts in line equivalents, and the
// curve that turns such a sum into points. Every term only ever adds, and every curve only ever
// rises, so more of anything never lowers a score.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "scoring/features.hpp"

namespace sextant::scoring {

// Sums are in thousandths of an ordinary effective line.
constexpr std::int64_t one_line = 1000;

struct Term {
  Dimension dimension;
  Feature feature;
  std::int64_t weight;  // a count's, in thousandths of a line
  std::uint16_t code;   // the factor that says it
};
std::span<const Term> terms();

// What a dimension takes from the mere size of a change, and how far its terms may go beyond it:
// both in percent of the size. The bound keeps a sum proportional to the work, so that cutting a
// change into parts gains nothing.
struct SizeShare {
  std::int64_t size_percent;
  std::int64_t terms_percent;
  std::uint16_t code;  // 0: no factor for size
};
const SizeShare& size_share(Dimension dimension);

// The change's size, in thousandths of a line: seven parts lines, three parts tokens. Lines alone
// depend on wrapping, tokens alone on how talkative a language is.
std::int64_t size_of(const Features& features);

// From a sum to the part of a dimension's maximum, in ten-thousandths.
struct CurveKnot {
  std::int64_t lines;
  std::int64_t part;
};
std::span<const CurveKnot> curve();
std::int64_t part_of_maximum(std::int64_t sum);

}  // namespace sextant::scoring
