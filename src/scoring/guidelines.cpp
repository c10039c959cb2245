#include "scoring/guidelines.hpp"

#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "scoring/glob.hpp"

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

Result<void> check_line_of(std::string_view glob) {
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
  return check_glob(glob);
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
  TRY(check_line_of(*glob));
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
