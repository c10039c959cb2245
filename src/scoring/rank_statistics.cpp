#include "scoring/rank_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sextant::scoring {
namespace {

constexpr int resamples = 1000;

// Values replaced by small integers in the same order, so that a resample is ranked by counting.
std::vector<std::uint32_t> levels_of(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::vector<std::uint32_t> levels;
  levels.reserve(values.size());
  for (const double value : values)
    levels.push_back(static_cast<std::uint32_t>(
        std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin()));
  return levels;
}

class Ranker {
 public:
  // Twice the mean rank of each, zero-based: an integer even with ties.
  void rank(std::span<const std::uint32_t> levels, std::vector<std::int64_t>& ranks) {
    const std::uint32_t top = levels.empty() ? 0 : *std::max_element(levels.begin(), levels.end());
    counts_.assign(top + 1, 0);
    for (const std::uint32_t level : levels) ++counts_[level];
    std::int64_t below = 0;
    for (std::int64_t& count : counts_) {
      const std::int64_t here = count;
      count = 2 * below + here - 1;
      below += here;
    }
    ranks.clear();
    for (const std::uint32_t level : levels) ranks.push_back(counts_[level]);
  }

 private:
  std::vector<std::int64_t> counts_;
};

std::optional<double> correlation(std::span<const std::int64_t> a,
                                  std::span<const std::int64_t> b) {
  const auto n = static_cast<double>(a.size());
  if (a.size() < 3) return std::nullopt;
  // Doubled zero-based ranks have the mean n - 1 with and without ties.
  double aa = 0;
  double bb = 0;
  double ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = static_cast<double>(a[i]) - (n - 1);
    const double y = static_cast<double>(b[i]) - (n - 1);
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  if (aa == 0 || bb == 0) return std::nullopt;
  return ab / std::sqrt(aa * bb);
}

// SplitMix64.
std::uint64_t next(std::uint64_t& state) {
  std::uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

std::optional<double> spearman(std::span<const double> a, std::span<const double> b) {
  Ranker ranker;
  std::vector<std::int64_t> ranks_a;
  std::vector<std::int64_t> ranks_b;
  ranker.rank(levels_of(a), ranks_a);
  ranker.rank(levels_of(b), ranks_b);
  return correlation(ranks_a, ranks_b);
}

Interval spearman_interval(std::span<const double> a, std::span<const double> b) {
  const std::vector<std::uint32_t> levels_a = levels_of(a);
  const std::vector<std::uint32_t> levels_b = levels_of(b);
  std::vector<std::uint32_t> drawn_a(a.size());
  std::vector<std::uint32_t> drawn_b(b.size());
  std::vector<std::int64_t> ranks_a;
  std::vector<std::int64_t> ranks_b;
  std::vector<double> found;
  Ranker ranker;
  std::uint64_t state = 20'240'501;
  for (int round = 0; round < resamples && !a.empty(); ++round) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      const std::size_t pick = next(state) % a.size();
      drawn_a[i] = levels_a[pick];
      drawn_b[i] = levels_b[pick];
    }
    ranker.rank(drawn_a, ranks_a);
    ranker.rank(drawn_b, ranks_b);
    if (const std::optional<double> rho = correlation(ranks_a, ranks_b)) found.push_back(*rho);
  }
  if (found.empty()) return {};
  std::sort(found.begin(), found.end());
  return {found[found.size() * 25 / 1000],
          found[std::min(found.size() * 975 / 1000, found.size() - 1)]};
}

std::optional<double> area_under_curve(std::span<const double> values,
                                       const std::vector<bool>& positive) {
  std::vector<std::int64_t> ranks;
  Ranker().rank(levels_of(values), ranks);
  std::int64_t sum = 0;
  std::int64_t positives = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i)
    if (positive[i]) {
      sum += ranks[i];
      ++positives;
    }
  const auto negatives = static_cast<std::int64_t>(ranks.size()) - positives;
  if (positives == 0 || negatives == 0) return std::nullopt;
  const double above =
      static_cast<double>(sum) / 2 - static_cast<double>(positives * (positives - 1)) / 2;
  return above / (static_cast<double>(positives) * static_cast<double>(negatives));
}

}  // namespace sextant::scoring
