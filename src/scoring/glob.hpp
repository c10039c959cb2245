// Globs of paths that a setting names, as in .gitignore: one without a slash matches a file or
// folder at any depth, any other one from the top; a folder takes what lies below it.
#pragma once

#include <string_view>

#include "base/result.hpp"

namespace sextant::scoring {

bool matches_glob(std::string_view glob, std::string_view path);

// `invalid`, with what would be right, where no path of a repository could match.
Result<void> check_glob(std::string_view glob);

}  // namespace sextant::scoring
