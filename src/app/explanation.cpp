#include "app/explanation.hpp"

#include <fmt/format.h>

namespace sextant::app {
namespace {

constexpr std::size_t evidence_shown = 3;
constexpr std::size_t exclusions_shown = 12;

void append_evidence(std::string& out, const std::vector<scoring::Evidence>& evidence) {
  for (std::size_t i = 0; i < evidence.size() && i < evidence_shown; ++i) {
    const scoring::Evidence& at = evidence[i];
    const std::string lines = at.first_line == at.last_line
                                  ? std::to_string(at.first_line)
                                  : fmt::format("{}-{}", at.first_line, at.last_line);
    fmt::format_to(std::back_inserter(out), "                       {}:{}\n", at.path, lines);
  }
  if (evidence.size() > evidence_shown)
    fmt::format_to(std::back_inserter(out), "                       and {} more places\n",
                   evidence.size() - evidence_shown);
}

void append_exclusions(std::string& out, const std::vector<scoring::Exclusion>& exclusions) {
  if (exclusions.empty()) return;
  out += "\nNot counted\n";
  for (std::size_t i = 0; i < exclusions.size() && i < exclusions_shown; ++i)
    fmt::format_to(std::back_inserter(out), "  {:>6} lines  {} ({})\n", exclusions[i].lines,
                   exclusions[i].path, scoring::name(exclusions[i].reason));
  if (exclusions.size() > exclusions_shown)
    fmt::format_to(std::back_inserter(out), "  and {} more files\n",
                   exclusions.size() - exclusions_shown);
}

}  // namespace

std::string explanation(const std::string& title, const scoring::Score& score) {
  std::string out = title.empty() ? "" : title + "\n";
  const auto end = std::back_inserter(out);
  fmt::format_to(end,
                 "Score {} = base {} x {:g} ({}, {} effective lines; diff +{} -{} in {} {})\n\n",
                 score.final_score, score.base, score.effort_factor, scoring::name(score.tier),
                 score.effective_lines, score.lines_added, score.lines_removed, score.files_changed,
                 score.files_changed == 1 ? "file" : "files");
  for (std::size_t i = 0; i < scoring::dimension_count; ++i) {
    const auto dimension = static_cast<scoring::Dimension>(i);
    fmt::format_to(end, "{:<15} {:>2}/{}\n", scoring::name(dimension), score.dimensions[i].score,
                   scoring::max_score(dimension));
    for (const scoring::Factor& factor : score.dimensions[i].factors) {
      fmt::format_to(end, "               {:>+5.1f}   {}\n", factor.points,
                     scoring::sentence(factor));
      append_evidence(out, factor.evidence);
    }
  }
  append_exclusions(out, score.exclusions);
  return out;
}

}  // namespace sextant::app
