#include "scoring/hunk_top.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace sextant::scoring {
namespace {

constexpr std::size_t bytes_read = 1024;  // of a line

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}
bool is_word(char c) {
  return is_letter(c) || c == '_' || (c >= '0' && c <= '9');
}

// A comment that closes before any opened: the hunk began inside it. The close must end its line or
// begin it, since "**/*.js" in a string closes nothing.
bool begins_inside(std::span<const std::string_view> lines, std::string_view open,
                   std::string_view close) {
  for (const std::string_view line : lines) {
    const std::string_view text = trim(line.substr(0, bytes_read));
    if (text.starts_with(close)) return true;
    if (text.find(open) != std::string_view::npos) return false;
    if (text.ends_with(close)) return true;
  }
  return false;
}

// Where three quotes stand first, their prefix included.
std::size_t find_triple_quote(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool may_begin = at == 0 || !is_word(text[at]) || !is_word(text[at - 1]);
    if (may_begin && !triple_quote_at(text.substr(at)).empty()) return at;
  }
  return std::string_view::npos;
}

// What stands before three quotes says that a text begins with them.
bool leads_to_text(std::string_view before) {
  return before.starts_with('@') || before.ends_with("return") || before.contains('=') ||
         std::string_view("([{,:+%").contains(before.back());
}

// What stands behind three quotes says that a text ends with them.
bool follows_text(std::string_view behind) {
  if (behind.starts_with('.')) return behind.size() > 1 && is_word(behind[1]);
  return !behind.empty() && std::string_view("),]}%;").contains(behind.front());
}

// The first three quotes may end what began above: a docstring at the end of their line, a text
// where its statement goes on behind them.
HunkTop inside_quotes(std::span<const std::string_view> lines) {
  for (const std::string_view line : lines) {
    const std::string_view text = trim(line.substr(0, bytes_read));
    const std::size_t at = find_triple_quote(text);
    if (at == std::string_view::npos) continue;
    const std::string_view quotes = triple_quote_at(text.substr(at));
    const std::string_view before = trim(text.substr(0, at));
    const std::string_view behind = trim(text.substr(text.find(quotes, at) + quotes.size()));
    if (!before.empty() && leads_to_text(before)) return {};
    if (follows_text(behind)) return {.text_end = quotes};
    if (!before.empty() && behind.empty()) return {.comment_end = quotes};
    return {};
  }
  return {};
}

// Four words or more and nothing that code has and prose has not.
bool reads_like_prose(std::string_view line) {
  constexpr int words_least = 4;
  if (line.find_first_of("(){}[];=<>&|$#@\\\"'`*/") != line.npos) return false;
  int words = 0;
  bool is_inside = false;
  for (const char c : line) {
    words += is_letter(c) && !is_inside;
    is_inside = is_word(c) || c == '-';
  }
  return words >= words_least;
}

// What documentation within a program is marked up with, and its code is not.
bool has_markup(std::string_view line) {
  constexpr std::string_view beginnings[] = {">>> ",   ":param ", ":return",
                                             ":raise", ":type ",  ".. "};
  const std::string_view text = trim(line.substr(0, bytes_read));
  return std::ranges::any_of(beginnings, [&](auto each) { return text.starts_with(each); }) ||
         text.contains("``") || text.contains(":`");
}

}  // namespace

HunkTop read_top(const Language& language, std::span<const std::string_view> lines) {
  if (!language.block_open.empty() &&
      begins_inside(lines, language.block_open, language.block_close))
    return {.comment_end = language.block_close};
  return language.triple_quotes ? inside_quotes(lines) : HunkTop{};
}

bool may_be_comment(const Language& language, std::span<const std::string_view> lines) {
  if (language.block_open.empty() && !language.triple_quotes) return false;
  if (language.triple_quotes && std::ranges::any_of(lines, has_markup)) return true;
  return 2 * std::ranges::count_if(lines, reads_like_prose) > std::ssize(lines);
}

std::string_view triple_quote_at(std::string_view rest) {
  constexpr std::size_t prefix_most = 2;
  const std::size_t at = rest.substr(0, prefix_most + 1).find_first_not_of("rRuUbBfF");
  if (at > prefix_most) return {};
  for (const std::string_view quotes : {"\"\"\"", "'''"})
    if (rest.substr(at).starts_with(quotes)) return quotes;
  return {};
}

}  // namespace sextant::scoring
