#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "scoring/score.hpp"

namespace sextant::scoring {
namespace {

std::string_view plural(int count) {
  return count == 1 ? "" : "s";
}

// The two dimensions nearest to their maximum; ties in the rubric's order.
std::array<Dimension, 2> strongest(const SummaryInput& input) {
  std::array<Dimension, dimension_count> order;
  for (std::size_t i = 0; i < dimension_count; ++i) order[i] = static_cast<Dimension>(i);
  std::stable_sort(order.begin(), order.end(), [&](Dimension a, Dimension b) {
    return input.sub_scores[static_cast<std::size_t>(a)] * max_score(b) >
           input.sub_scores[static_cast<std::size_t>(b)] * max_score(a);
  });
  return {order[0], order[1]};
}

void append_dimension(std::string& out, const SummaryInput& input, Dimension dimension) {
  fmt::format_to(
      std::back_inserter(out), "{} ({} of {})",
      dimension == Dimension::perf_security ? "performance and security" : name(dimension),
      input.sub_scores[static_cast<std::size_t>(dimension)], max_score(dimension));
}

}  // namespace

void append_summary(std::string& out, const SummaryInput& input) {
  const auto append = std::back_inserter(out);
  if (input.effective_lines == 0) {
    fmt::format_to(
        append, "Nothing that counts was changed: of +{} -{} lines in {} file{} none is effective.",
        input.lines_added, input.lines_removed, input.files_changed, plural(input.files_changed));
    return;
  }
  fmt::format_to(append, "{} {} change: {} effective line{} of +{} -{} in {} file{}. ",
                 input.tier == EffortTier::xl ? "An" : "A", name(input.tier), input.effective_lines,
                 plural(input.effective_lines), input.lines_added, input.lines_removed,
                 input.files_changed, plural(input.files_changed));
  const auto [first, second] = strongest(input);
  if (input.base > 0) {
    out += "Its weight lies in ";
    append_dimension(out, input, first);
    if (input.sub_scores[static_cast<std::size_t>(second)] > 0) {
      out += " and ";
      append_dimension(out, input, second);
    }
    out += ". ";
  }
  if (input.scale == EffortScale::off) {
    fmt::format_to(append, "Score {}, not scaled by effort.", input.final_score);
    return;
  }
  const int hundredths = static_cast<int>(std::lround(input.effort_factor * 100));
  fmt::format_to(append, "Base {} x {}.{:02} for its size gives {}.", input.base, hundredths / 100,
                 hundredths % 100, input.final_score);
}

std::string summary(const SummaryInput& input) {
  std::string out;
  append_summary(out, input);
  return out;
}

}  // namespace sextant::scoring
