#include "scoring/glob.hpp"

#include <string>

#include <fmt/format.h>

#include "base/text.hpp"
#include "git/wildmatch.hpp"

namespace sextant::scoring {
namespace {

// Paths begin at the top and go straight on: no part of one is empty, "." or "..".
Result<void> check_parts(std::string_view glob) {
  std::string right = glob.starts_with("./") ? "/" : "";  // "./src" is the one at the top
  bool is_wrong = false;
  bool leads_out = false;
  const std::vector<std::string_view> parts = split(glob, '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool is_edge = i == 0 || i + 1 == parts.size();
    if (parts[i] == "." || (parts[i].empty() && !is_edge)) {
      is_wrong = true;
      continue;
    }
    leads_out |= parts[i] == "..";
    right += parts[i];
    if (i + 1 < parts.size()) right += '/';
  }
  if (leads_out)
    return fail(
        ErrorKind::invalid,
        fmt::format("\"{}\" can match nothing; paths are from the top of the repository and "
                    "never lead up by ..",
                    glob));
  if (!is_wrong) return {};
  if (right.find_first_not_of('/') == right.npos) right = "**";
  return fail(ErrorKind::invalid,
              fmt::format("\"{}\" can match nothing; paths are from the top of the repository, "
                          "without . or an empty part: write \"{}\"",
                          glob, right));
}

}  // namespace

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

Result<void> check_glob(std::string_view glob) {
  if (glob.starts_with('!'))
    return fail(ErrorKind::invalid,
                fmt::format("\"{}\" begins with !, but nothing can be taken out again", glob));
  TRY(check_parts(glob));
  if (!git::can_match(glob))
    return fail(
        ErrorKind::invalid,
        fmt::format("\"{}\" can match nothing; a [ needs its ], and a \\ something behind it",
                    glob));
  return {};
}

}  // namespace sextant::scoring
