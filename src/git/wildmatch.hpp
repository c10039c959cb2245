// Git's patterns for paths, as in .gitattributes and .gitignore.
#pragma once

#include <string_view>

namespace sextant::git {

// Whether the pattern matches the whole path: '?' and '*' stop at slashes, "**/", "/**/" and "/**"
// do not;
// "[a-z]", "[!a]", "[[:digit:]]" and '\\' as in a shell. In time of pattern times path, whatever
// both are.
bool wildmatch(std::string_view pattern, std::string_view path);

// Whether there is anything that it matches: not where it is empty, a '[' has no ']', a class is
// unknown, or a '\\' stands last.
bool can_match(std::string_view pattern);

}  // namespace sextant::git
