#include "scoring/opinion.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace sextant::scoring {
namespace {

constexpr std::int64_t tokens_a_line = 8;

constexpr std::int64_t count_max = std::numeric_limits<std::int64_t>::max();

// How often 1 must be doubled to reach the number and one, in thousandths; straight between two
// powers.
std::int64_t doublings(std::int64_t number) {
  const auto value = static_cast<std::uint64_t>(number) + 1;
  const int whole = std::bit_width(value) - 1;
  const std::uint64_t power = std::uint64_t{1} << whole;
  return whole * 1000 + static_cast<std::int64_t>((value - power) * 1000 / power);
}

std::int64_t weighed(const std::vector<Model::Weight>& weights, const Features& features) {
  std::int64_t sum = 0;
  for (const Model::Weight& weight : weights) sum += features[weight.feature] * weight.weight;
  return sum;
}

// Lines and tokens in one figure. One endless line is not a large change.
std::int64_t blended(const Model& model, std::int64_t lines, std::int64_t tokens) {
  return (model.lines_percent * lines + (100 - model.lines_percent) * std::min(tokens, 2 * lines)) /
         100;
}

std::int64_t tests_size(const Model& model, const Features& features) {
  return blended(model, one_line * features[Feature::test_lines],
                 one_line / tokens_a_line * features[Feature::test_tokens]);
}

std::int64_t total_of(const std::vector<Part>& parts) {
  std::int64_t total = 0;
  for (const Part& part : parts) total += part.sum;
  return total;
}

std::vector<Part> parts_of(Dimension dimension, const Model& model, const Features& features) {
  std::vector<Part> parts;
  for (const Model::Term& term : model.terms) {
    const std::int64_t count = features[term.weight.feature];
    if (term.dimension != dimension || count == 0) continue;
    const bool counts_more = term.weight.feature == Feature::more_files ||
                             term.weight.feature == Feature::more_subsystems;
    std::int64_t sum = count * term.weight.weight;
    if (term.most > 0) sum = std::min(sum, term.most);
    parts.push_back({.factor = term.factor,
                     .number = count + counts_more,
                     .sum = sum,
                     .place = term.weight.feature});
  }
  return parts;
}

void bound(std::vector<Part>& parts, std::int64_t most) {
  const std::int64_t total = total_of(parts);
  if (total <= most) return;
  for (Part& part : parts) part.sum = part.sum * most / total;
}

// Adds what comes on top of what the curve gave, `points` in thousandths, and gives their sum. No
// count stands for more than `most_counted`. The parts' measure is what the curve was asked with.
std::int64_t add_doublings(Dimension dimension, const Model& model, const Features& features,
                           std::int64_t most_counted, std::int64_t points, Opinion& opinion) {
  const std::int64_t total = total_of(opinion.parts);
  std::int64_t sum = points;
  const std::int64_t most =
      points + std::min(1000 * model.doublings_most[static_cast<std::size_t>(dimension)],
                        dimension == Dimension::risk ? points : count_max);
  for (const Model::Term& term : model.doublings) {
    const std::int64_t count = features[term.weight.feature];
    if (term.dimension != dimension || count == 0) continue;
    const std::int64_t brought =
        std::min(doublings(std::min(count, most_counted)) * term.weight.weight / 1000, most - sum);
    sum += brought;
    opinion.parts.push_back({.factor = term.factor,
                             .number = count,
                             .sum = points > 0 ? total * brought / points : brought,
                             .place = term.weight.feature});
  }
  return sum;
}

// What the curve gives, in thousandths of a point.
std::int64_t curved(const Model& model, Dimension dimension, const Opinion& opinion) {
  return model.part_of_maximum(total_of(opinion.parts)) * max_score(dimension) / 10;
}

// From thousandths of a point, half up.
int whole_points(std::int64_t thousandths, Dimension dimension) {
  return std::min(static_cast<int>((thousandths + 500) / 1000), max_score(dimension));
}

Opinion by_size(Dimension dimension, const Model& model, const Features& features) {
  const Model::Share& share = model.shares[static_cast<std::size_t>(dimension)];
  const std::int64_t size = size_of(model, features);
  Opinion opinion;
  opinion.parts = parts_of(dimension, model, features);
  bound(opinion.parts, size * share.terms_percent / 100);
  opinion.parts.push_back({.factor = share.factor,
                           .number = features.source_lines,
                           .sum = size * share.size_percent / 100,
                           .place = features[Feature::program_tokens] > 0 ? Feature::program_tokens
                                    : features[Feature::settings_tokens] > 0
                                        ? Feature::settings_tokens
                                        : Feature::removed_lines});
  std::int64_t points = curved(model, dimension, opinion);
  const std::int64_t most_counted = dimension == Dimension::risk ? count_max : size / one_line;
  if (points > 0) points = add_doublings(dimension, model, features, most_counted, points, opinion);
  opinion.points = whole_points(points, dimension);
  return opinion;
}

// Tests by their size and what they assert; documentation by the code that it comes with.
Opinion quality(const Model& model, const Features& features) {
  const Model::Share& share = model.shares[static_cast<std::size_t>(Dimension::quality)];
  const std::int64_t tests = tests_size(model, features);
  Opinion opinion;
  opinion.parts = parts_of(Dimension::quality, model, features);
  bound(opinion.parts, tests * share.terms_percent / 100);
  opinion.parts.push_back({.factor = share.factor,
                           .number = features[Feature::test_lines],
                           .sum = tests * share.size_percent / 100,
                           .place = Feature::test_lines});
  const std::int64_t points =
      add_doublings(Dimension::quality, model, features, size_of(model, features) / one_line,
                    curved(model, Dimension::quality, opinion), opinion);
  opinion.points = whole_points(points, Dimension::quality);
  return opinion;
}

// By density, compared as squares to stay in integers.
Opinion perf_security(const Model& model, const Features& features) {
  constexpr std::int64_t lines_more = 16;
  Opinion opinion;
  opinion.parts = parts_of(Dimension::perf_security, model, features);
  const std::int64_t sum = std::min<std::int64_t>(total_of(opinion.parts), 1'000'000'000);
  const std::int64_t lines = std::int64_t{features.source_lines} + lines_more;
  for (const std::int64_t step : model.steps)
    opinion.points += sum > 0 && sum * sum >= step * step * lines;
  return opinion;
}

}  // namespace

std::int64_t size_of(const Model& model, const Features& features) {
  return blended(model, weighed(model.lines, features), weighed(model.tokens, features));
}

Opinion opinion_on(Dimension dimension, const Model& model, const Features& features) {
  if (dimension == Dimension::quality) return quality(model, features);
  if (dimension == Dimension::perf_security) return perf_security(model, features);
  return by_size(dimension, model, features);
}

}  // namespace sextant::scoring
