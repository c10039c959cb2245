// Holding scores against what people found: rank statistics of a labelled file, beside plain
// baselines.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "scoring/labelled_changes.hpp"

namespace sextant::scoring {

struct Measure {
  std::string name;  // "base score", "changed lines"
  std::optional<double>
      rho;  // Spearman; nothing where either side is constant, or there are fewer than three
  double rho_low = 0;  // 95 % bootstrap interval, seeded: the same on every run
  double rho_high = 0;
  std::optional<double> auc;  // of effort >= 2, or of the label; nothing with one class only
};

struct EvaluationGroup {
  std::string name;  // "all", "language go", "repo a/b", "mean over repos"
  std::size_t count = 0;
  std::vector<Measure> measures;  // ours first, then the baselines; the same in every group
};

struct Evaluation {
  EvaluationKind kind = EvaluationKind::effort;
  std::string scorer;
  std::vector<EvaluationGroup> groups;
  std::size_t skipped = 0;
  std::vector<std::string> problems;  // "line 12: ...", the first twenty
};

// Reads JSON Lines, gzip or not, line by line. A line that is not one is named, counted and passed
// over; a file without any good line is `invalid`.
Result<Evaluation> evaluate(EvaluationKind kind, const std::filesystem::path& path,
                            const Clones& clones, const Scorer& scorer);

std::string to_text(const Evaluation& evaluation);
std::string to_json(const Evaluation& evaluation);

}  // namespace sextant::scoring
