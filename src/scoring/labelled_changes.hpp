// Labelled changes with everything a scorer may know of them: the file gives labels and diffs,
// clones give the diffs that the file leaves out, and the history of the touched files.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "git/file_log.hpp"
#include "scoring/labelled_file.hpp"
#include "scoring/scorer.hpp"

namespace sextant::scoring {

struct Clone {
  git::Repository repository;
  git::FileLog log;
};
using Clones = std::map<std::string, Clone>;  // by the name that the file gives a repository

// `scratch` is where what the reading of a clone needs is kept meanwhile.
Result<Clone> open_clone(const std::filesystem::path& path, const std::filesystem::path& scratch);

// Says what is wrong with a change, if anything is.
using InputSink = std::function<std::optional<std::string>(const LabelledChange& change,
                                                           const ChangeInputs& inputs)>;

// Calls `sink` for every good line, and `problem` with "line N: why" for every other one: first, in
// the file's order, those whose diff the file holds, then the others, repository by repository.
Result<void> read_labelled_changes(EvaluationKind kind, const std::filesystem::path& path,
                                   const Clones& clones, const InputSink& sink,
                                   const ProblemSink& problem);

}  // namespace sextant::scoring
