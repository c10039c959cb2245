// Globs of paths that a setting names, as in .gitignore: one without a slash matches a file or
// folder at any depth, any other one from the top; a folder takes what lies below it.
#pragma once

#include <string_view>

namespace sextant::scoring {

bool matches_glob(std::string_view glob, std::string_view path);

}  // namespace sextant::scoring
