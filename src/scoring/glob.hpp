// Globs of paths, as in .gitignore: `*` and `?` stop at a slash, `**` does not, a glob without a
// slash matches at any depth, one that ends in a slash (or names a folder) takes what lies below.
#pragma once

#include <string_view>

namespace sextant::scoring {

// Takes time proportional to both lengths multiplied, whatever the glob.
bool matches_glob(std::string_view glob, std::string_view path);

}  // namespace sextant::scoring
