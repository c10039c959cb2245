// Git's patterns for paths, as in .gitattributes and .gitignore.
#pragma once

#include <string_view>

namespace sextant::git {

// Whether the pattern matches the whole path: '?' and '*' stop at slashes, "**/", "/**/" and "/**"
// do not;
// "[a-z]", "[!a]", "[[:digit:]]" and '\\' as in a shell. In time of pattern times path, whatever
// both are.
bool wildmatch(std::string_view pattern, std::string_view path);

}  // namespace sextant::git
