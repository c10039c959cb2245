// Labelled changes as the features that a model is fitted on, JSON Lines: what was counted, the
// label, and the scores as they stand.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "scoring/labelled_changes.hpp"

namespace sextant::scoring {

using RowSink = std::function<void(const std::string& row)>;

// Reads as `evaluate` does, and gives one row for each good line.
Result<void> write_feature_rows(EvaluationKind kind, const std::filesystem::path& path,
                                const Clones& clones, const Scorer& scorer, const RowSink& sink,
                                const ProblemSink& problem);

}  // namespace sextant::scoring
