// What had happened to a change's files before it, as scorers take it.
#pragma once

#include <string_view>
#include <vector>

#include "git/file_log.hpp"
#include "scoring/scorer.hpp"

namespace sextant::scoring {

// The title of a commit that mends something: "Fix a crash", "PROJ-12: npe in the reader".
bool speaks_of_a_fix(std::string_view title);

// Parallel to the diff's files; a renamed file by its old name. Empty where the commit is not on
// the branch.
std::vector<FileHistory> history_of(const git::FileLog& log, std::string_view commit,
                                    const git::Diff& diff);

}  // namespace sextant::scoring
