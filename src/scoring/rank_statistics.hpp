// Spearman's rho with a bootstrap interval, and the area under the ROC curve. Ties share their mean
// rank.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sextant::scoring {

// Nothing for fewer than three pairs or where a side is constant.
std::optional<double> spearman(std::span<const double> a, std::span<const double> b);

struct Interval {
  double low = 0;
  double high = 0;
};
// 95 %, from 1,000 resamples drawn by a generator of our own, so that every machine draws the same.
Interval spearman_interval(std::span<const double> a, std::span<const double> b);

// The chance that a positive ranks above a negative; nothing with one class only.
std::optional<double> area_under_curve(std::span<const double> values,
                                       const std::vector<bool>& positive);

}  // namespace sextant::scoring
