#include "app/explanation.hpp"

#include <fmt/format.h>

#include "base/printable.hpp"

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
    fmt::format_to(std::back_inserter(out), "                       {}:{}\n", printable(at.path),
                   lines);
  }
  if (evidence.size() > evidence_shown)
    fmt::format_to(std::back_inserter(out), "                       and {} more places\n",
                   evidence.size() - evidence_shown);
}

// The largest excluded files by name, how many more there are, lines left out of files that count.
void append_exclusions(std::string& out, const std::vector<scoring::Exclusion>& exclusions) {
  using scoring::ExclusionReason;
  std::string files;
  std::string lines;
  std::size_t files_shown = 0;
  int more = 0;
  int unread = 0;
  std::string truncated;
  for (const scoring::Exclusion& one : exclusions) {
    const bool is_file = one.reason <= ExclusionReason::submodule;
    if (one.reason == ExclusionReason::unread) {
      unread = one.files;
    } else if (one.reason == ExclusionReason::truncated) {
      truncated = one.files == 1 ? printable(one.path) : fmt::format("{} files", one.files);
    } else if (one.reason == ExclusionReason::unlisted) {
      more += one.files;
    } else if (is_file && files_shown == exclusions_shown) {
      ++more;
    } else {
      files_shown += is_file;
      fmt::format_to(std::back_inserter(is_file ? files : lines), "  {:>6} line{}  {} ({})\n",
                     one.lines, one.lines == 1 ? " " : "s",
                     one.path.empty() ? "in several files" : printable(one.path),
                     scoring::name(one.reason));
    }
  }
  const auto end = std::back_inserter(out);
  if (!files.empty() || !lines.empty()) fmt::format_to(end, "\nNot counted\n{}", files);
  if (more > 0) fmt::format_to(end, "  and {} more files\n", more);
  out += lines;
  if (!truncated.empty())
    fmt::format_to(end,
                   "\nNot read to the end: {}; it passes a limit, or the diff is cut off there\n",
                   truncated);
  if (unread > 0)
    fmt::format_to(end,
                   "\nNot read: {} more files, for the change has more than are read of one; their "
                   "changed lines count as the last file's\n",
                   unread);
}

void append_scores(std::string& out, std::string_view who,
                   const std::array<int, scoring::dimension_count>& scores) {
  fmt::format_to(std::back_inserter(out), "  {}:", who);
  for (std::size_t i = 0; i < scores.size(); ++i)
    fmt::format_to(std::back_inserter(out), "{} {} {}", i == 0 ? "" : ",",
                   scoring::name(static_cast<scoring::Dimension>(i)), scores[i]);
  out += '\n';
}

void append_model(std::string& out, const scoring::ModelOpinion& model) {
  const auto end = std::back_inserter(out);
  fmt::format_to(end, "\nModel {}, {}", model.model, scoring::name(model.mode));
  if (model.mode == scoring::ModelMode::adjust)
    fmt::format_to(end, " by {} points at most", model.adjust_max);
  out += '\n';
  append_scores(out, model.static_scorer, model.static_scores);
  if (model.fallback.empty())
    append_scores(out, "the model", model.answered);
  else
    fmt::format_to(end, "  the static score stands: {}\n", model.fallback);
  if (model.guidelines_version > 0)
    fmt::format_to(end, "  guidelines of version {}\n", model.guidelines_version);
  if (model.lines_cut > 0)
    fmt::format_to(end, "  {} changed lines of {} files were not shown to it\n", model.lines_cut,
                   model.files_cut);
  if (model.was_kept)
    out += "  an earlier answer to the same question, used again\n";
  else
    fmt::format_to(end, "  tokens: {} in ({} cached), {} out; {:.6f} dollars\n", model.tokens.input,
                   model.tokens.cached, model.tokens.output,
                   static_cast<double>(model.micro_dollars) / 1'000'000);
}

}  // namespace

std::string explanation(const std::string& title, const scoring::Score& score) {
  std::string out = title.empty() ? "" : printable(title) + "\n";
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
  if (score.model) append_model(out, *score.model);
  return out;
}

}  // namespace sextant::app
