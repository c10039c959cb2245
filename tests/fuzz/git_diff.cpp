// Diffs: any bytes parse or are refused, in one piece or line by line with the same outcome, and
// the lines kept are never more than the lines counted.
#include <cstdlib>
#include <string>

#include "git/diff.hpp"
#include "git/diff_parser.hpp"

using namespace sextant;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const git::DiffLimits limits{.bytes = 2000, .line_bytes = 40, .files = 5};
  const auto whole = git::parse_diff(text, limits);

  // A byte order mark is a file's matter: git's own output, which comes in pieces, has none.
  if (size > 0 && (data[0] == 0xef || data[0] >= 0xfe)) return 0;

  git::DiffParser parser(limits);
  Result<void> read;
  for (std::string_view rest = text; read && !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    read = parser.read(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  const auto pieces = read ? parser.finish() : Result<git::Diff>(std::unexpected(read.error()));
  if (whole.has_value() != pieces.has_value()) std::abort();
  if (!whole) return 0;
  if (git::canonical_text(*whole) != git::canonical_text(*pieces)) std::abort();
  if (whole->files.size() > 5) std::abort();
  for (const git::FileChange& file : whole->files) {
    std::size_t kept = 0;
    for (const git::Hunk& hunk : file.hunks) kept += hunk.removed.size() + hunk.added.size();
    if (file.path.empty() || kept > static_cast<std::size_t>(file.lines_added + file.lines_removed))
      std::abort();
  }
  return 0;
}
