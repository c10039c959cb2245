#include "scoring/glob.hpp"

#include <string>

#include "git/wildmatch.hpp"

namespace sextant::scoring {

bool matches_glob(std::string_view glob, std::string_view path) {
  while (glob.ends_with('/')) glob.remove_suffix(1);
  const bool is_anchored = glob.find('/') != std::string_view::npos;
  if (glob.starts_with('/')) glob.remove_prefix(1);
  if (glob.empty()) return false;
  if (is_anchored)
    return git::wildmatch(glob, path) || git::wildmatch(std::string(glob) + "/**", path);
  // No slash: any folder of the path may match, or the file.
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    if (git::wildmatch(glob, path.substr(start, end - start))) return true;
    start = end + 1;
  }
  return false;
}

}  // namespace sextant::scoring
