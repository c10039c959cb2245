// A file of labelled diffs: JSON Lines, plain or gzip, one change a line, read as a stream.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sextant::scoring {

// What the label is: effort 0-3, "fixes a CVE", "introduced a bug".
enum class EvaluationKind { effort, security, risk };
Result<EvaluationKind> parse_evaluation_kind(std::string_view text);
std::string_view name(EvaluationKind kind);
// What counts as a positive: an hour or more of effort, or what the label says.
bool is_positive(EvaluationKind kind, double label);

struct LabelledChange {
  std::string repo;
  std::string language;  // empty where the file does not say
  std::string commit;    // likewise
  double label = 0;
  std::optional<std::string> diff;  // only a change with a commit may come without
  std::size_t line = 0;             // of the file
};

// Says what is wrong with a change, if anything is.
using ChangeSink = std::function<std::optional<std::string>(const LabelledChange& change)>;
using ProblemSink = std::function<void(std::string problem)>;

// Calls `sink` for every good line, and `problem` with "line N: why" for every other one. Fails
// where the file cannot be read to its end.
Result<void> read_labelled_file(EvaluationKind kind, const std::filesystem::path& path,
                                const ChangeSink& sink, const ProblemSink& problem);

}  // namespace sextant::scoring
