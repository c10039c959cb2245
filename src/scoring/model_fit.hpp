// Fits the static model's weights to labels: from the priors on, one weight after the other is
// tried at a few multiples, and moves only where the ranks get better by more than the move is
// worth.
#pragma once

#include <filesystem>
#include <string>

#include "scoring/labelled_changes.hpp"

namespace sextant::scoring {

struct Fit {
  std::string model_text;  // the embedded model's file with the new weights
  // Rank statistics with the priors, with the new weights, and the honest ones: each repository
  // scored by weights that were fitted on the others.
  std::string report;
};

// Effort moves the weights of the first three dimensions and of quality, by the base score; bugs
// those of risk; fixes of holes those of perf_security. A line that is no labelled change is an
// error here. The same labels give the same bytes.
Result<Fit> fit_model(EvaluationKind kind, const std::filesystem::path& path, const Clones& clones);

}  // namespace sextant::scoring
