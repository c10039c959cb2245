// A file of labelled diffs: JSON Lines, plain or gzip, one change a line, read as a stream.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "scoring/evaluation.hpp"

namespace sextant::scoring {

struct LabelledChange {
  std::string repo;
  std::string language;  // empty where the file does not say
  double label = 0;
  std::string diff;
};

// Says what is wrong with a change, if anything is.
using ChangeSink = std::function<std::optional<std::string>(const LabelledChange& change)>;
using ProblemSink = std::function<void(std::string problem)>;

// Calls `sink` for every good line, and `problem` with "line N: why" for every other one. Fails
// where the file cannot be read to its end.
Result<void> read_labelled_file(EvaluationKind kind, const std::filesystem::path& path,
                                const ChangeSink& sink, const ProblemSink& problem);

}  // namespace sextant::scoring
