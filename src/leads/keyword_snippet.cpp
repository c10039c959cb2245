#include "leads/keyword_snippet.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "leads/keyword_text.hpp"

namespace sextant::leads {
namespace {

constexpr std::size_t characters_max = 160;
// A word longer than this may be cut.
constexpr std::size_t word_max = 30;
// No more of the text than this is looked at on each side; blanks in a row count as one character.
constexpr std::size_t bytes_beside = 4096;

constexpr char32_t ellipsis = 0x2026;

// One line: blanks in a row and control characters become one space.
struct Line {
  std::u32string characters;
  std::size_t begin = 0;  // of the hit
  std::size_t end = 0;
};

bool is_separator(char32_t c) {
  return is_blank(c) || c < 0x20 || c == 0x7F || (c >= 0x80 && c < 0xA0);
}

Line line_of(std::string_view text, std::size_t begin, std::size_t end) {
  Line line;
  bool is_after_separator = false;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t at = text.size() - rest.size();
    const char32_t c = utf8::take(rest);
    const bool separates = is_separator(c);
    if (separates && is_after_separator) continue;
    if (at < begin) line.begin = line.characters.size() + 1;
    line.characters += separates ? U' ' : c;
    if (at < end) line.end = line.characters.size();
    is_after_separator = separates;
  }
  line.begin = std::min(line.begin, line.characters.size());
  line.end = std::max(line.end, line.begin);
  return line;
}

// Shrinks to where a word begins (ends), if one does near.
std::size_t word_begin(const std::u32string& text, std::size_t from, std::size_t limit) {
  if (from == 0 || text[from - 1] == ' ') return from;
  for (std::size_t at = from; at < std::min(limit, from + word_max); ++at)
    if (text[at] == ' ') return at + 1;
  return from;
}

std::size_t word_end(const std::u32string& text, std::size_t to, std::size_t limit) {
  if (to == text.size() || text[to] == ' ') return to;
  for (std::size_t at = to; at > limit && at + word_max > to; --at)
    if (text[at - 1] == ' ') return at - 1;
  return to;
}

}  // namespace

std::string make_snippet(std::string_view text, std::size_t begin, std::size_t end) {
  begin = std::min(begin, text.size());
  end = std::clamp(end, begin, text.size());
  const std::size_t first = begin - std::min(begin, bytes_beside);
  const std::size_t last = std::min(text.size(), end + bytes_beside);
  const Line line = line_of(text.substr(first, last - first), begin - first, end - first);
  const std::u32string& all = line.characters;

  const std::size_t hit = std::min(line.end - line.begin, characters_max);
  const std::size_t room = characters_max - hit;
  const std::size_t behind = all.size() - (line.begin + hit);
  // What one side does not need is the other's.
  const std::size_t before =
      std::min(line.begin, std::max(room / 2, room - std::min(room, behind)));
  std::size_t from = line.begin - before;
  std::size_t to = std::min(all.size(), line.begin + hit + (room - before));
  from = word_begin(all, from, line.begin);
  to = word_end(all, to, line.begin + hit == line.end ? line.end : line.begin);
  while (from < to && all[from] == ' ') ++from;
  while (to > from && all[to - 1] == ' ') --to;

  std::string snippet;
  const auto holds_more = [](std::u32string_view rest) {
    return rest.find_first_not_of(U' ') != rest.npos;
  };
  const std::u32string_view view = all;
  if (first > 0 || holds_more(view.substr(0, from))) utf8::append(snippet, ellipsis);
  for (const char32_t c : view.substr(from, to - from)) utf8::append(snippet, c);
  if (last < text.size() || holds_more(view.substr(to))) utf8::append(snippet, ellipsis);
  return snippet;
}

}  // namespace sextant::leads
