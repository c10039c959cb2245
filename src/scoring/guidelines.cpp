#include "scoring/guidelines.hpp"

#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "git/wildmatch.hpp"

namespace sextant::scoring {
namespace {

constexpr std::size_t globs_max = 100;
constexpr std::size_t glob_bytes_max = 500;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view word = "ignore:";

// What stands behind "ignore:", which may be an item of a list and may begin with a capital;
// nothing in a line of prose.
std::optional<std::string_view> ignored_by(std::string_view line) {
  line = trim(line);
  if (line.starts_with("- ") || line.starts_with("* ")) line = trim(line.substr(2));
  if (fold(line.substr(0, word.size())) != word) return std::nullopt;
  std::string_view glob = trim(line.substr(word.size()));
  // As Markdown has it, so that it does not take the stars for its own.
  if (glob.size() > 2 && glob.starts_with('`') && glob.ends_with('`'))
    glob = glob.substr(1, glob.size() - 2);
  return glob;
}

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

Result<void> check_glob(std::string_view glob) {
  if (glob.find_first_not_of('/') == glob.npos)
    return fail(ErrorKind::invalid, "a glob of paths is missing behind \"ignore:\"");
  if (glob.find_first_of(" \t") != glob.npos)
    return fail(ErrorKind::invalid,
                fmt::format("\"{}\" has a space in it; name one glob on a line, and write ? for a "
                            "space in a path",
                            glob));
  if (glob.size() > glob_bytes_max)
    return fail(ErrorKind::invalid, fmt::format("a glob may have {} bytes, this one has {}",
                                                glob_bytes_max, glob.size()));
  if (glob.starts_with('!'))
    return fail(ErrorKind::invalid,
                fmt::format("\"{}\" begins with !, but nothing can be taken out again", glob));
  TRY(check_parts(glob));
  if (!git::can_match(glob))
    return fail(ErrorKind::invalid,
                fmt::format("\"{}\" can match nothing; a [ needs its ], and a \\ something behind "
                            "it",
                            glob));
  return {};
}

Result<void> check_characters(std::string_view line) {
  if (line.contains('\0')) return fail(ErrorKind::invalid, "a zero byte is no text");
  for (std::string_view rest = line; !rest.empty();) {
    const std::string_view before = rest;
    const bool is_written = rest.starts_with("\xEF\xBF\xBD");  // U+FFFD itself
    if (utf8::take(rest) == utf8::replacement && !is_written)
      return fail(ErrorKind::invalid,
                  fmt::format("byte {} is no UTF-8", line.size() - before.size() + 1));
  }
  return {};
}

Result<void> read_line(std::string_view line, std::vector<std::string>& globs) {
  TRY(check_characters(line));
  const auto glob = ignored_by(line);
  if (!glob) return {};
  TRY(check_glob(*glob));
  if (globs.size() == globs_max)
    return fail(ErrorKind::invalid, fmt::format("there are more than {} globs", globs_max));
  globs.emplace_back(*glob);
  return {};
}

}  // namespace

Result<Guidelines> read_guidelines(int version, std::string text) {
  if (text.size() > guidelines_bytes_max)
    return fail(ErrorKind::invalid, fmt::format("guidelines may have {} bytes, these have {}",
                                                guidelines_bytes_max, text.size()));
  Guidelines guidelines{.version = version, .text = std::move(text), .ignore = {}};
  std::string_view whole = guidelines.text;
  if (whole.starts_with(byte_order_mark)) whole.remove_prefix(byte_order_mark.size());
  int number = 0;
  for (const std::string_view line : split(whole, '\n')) {
    ++number;
    if (const auto read = read_line(line, guidelines.ignore); !read)
      return context(fmt::format("line {}", number), read.error());
  }
  return guidelines;
}

}  // namespace sextant::scoring
