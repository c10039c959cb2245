#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "scoring/score.hpp"

namespace sextant::scoring {
namespace {

// A summary is written for every row of an export, so it is appended piece by piece, without
// formatting.
void append(std::string& out, std::string_view text) {
  out += text;
}
void append(std::string& out, int number) {
  json::append_integer(out, number);
}
template <typename... Parts>
void append_all(std::string& out, const Parts&... parts) {
  (append(out, parts), ...);
}

std::string_view plural(int count) {
  return count == 1 ? "" : "s";
}

// The two dimensions that bring the most points; ties in the rubric's order.
std::array<Dimension, 2> strongest(const SummaryInput& input) {
  const std::array<int, dimension_count>& points = input.sub_scores;
  std::size_t first = 0;
  for (std::size_t i = 1; i < dimension_count; ++i)
    if (points[i] > points[first]) first = i;
  std::size_t second = first == 0 ? 1 : 0;
  for (std::size_t i = second + 1; i < dimension_count; ++i)
    if (i != first && points[i] > points[second]) second = i;
  return {static_cast<Dimension>(first), static_cast<Dimension>(second)};
}

void append_dimension(std::string& out, const SummaryInput& input, Dimension dimension) {
  const std::string_view title =
      dimension == Dimension::perf_security ? "performance and security" : name(dimension);
  append_all(out, title, " (", input.sub_scores[static_cast<std::size_t>(dimension)], " of ",
             max_score(dimension), ")");
}

void append_size(std::string& out, const SummaryInput& input) {
  append_all(out, "+", input.lines_added, " -", input.lines_removed);
}

}  // namespace

void append_summary(std::string& out, const SummaryInput& input) {
  if (input.effective_lines == 0) {
    append_all(out, "Nothing that counts was changed: of ");
    append_size(out, input);
    append_all(out, " lines in ", input.files_changed, " file", plural(input.files_changed),
               " none is effective.");
    return;
  }
  append_all(out, input.tier == EffortTier::xl ? "An " : "A ", name(input.tier),
             " change: ", input.effective_lines, " effective line", plural(input.effective_lines),
             " of ");
  append_size(out, input);
  append_all(out, " in ", input.files_changed, " file", plural(input.files_changed), ". ");
  const auto [first, second] = strongest(input);
  if (input.base > 0) {
    append_all(out, "Its weight lies in ");
    append_dimension(out, input, first);
    if (input.sub_scores[static_cast<std::size_t>(second)] > 0) {
      append_all(out, " and ");
      append_dimension(out, input, second);
    }
    append_all(out, ". ");
  }
  if (input.scale == EffortScale::off) {
    append_all(out, "Score ", input.final_score, ", not scaled by effort.");
    return;
  }
  const int hundredths = static_cast<int>(std::lround(input.effort_factor * 100));
  append_all(out, "Base ", input.base, " x ", hundredths / 100, ".",
             hundredths % 100 < 10 ? "0" : "", hundredths % 100, " for its size gives ",
             input.final_score, ".");
}

std::string summary(const SummaryInput& input) {
  std::string out;
  append_summary(out, input);
  return out;
}

}  // namespace sextant::scoring
