#include "leads/keyword_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <span>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "leads/keyword_characters.hpp"

namespace sextant::leads {
namespace {

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

bool is_ascii_byte(char byte) {
  return static_cast<unsigned char>(byte) < 0x80;
}

constexpr std::uint64_t each_byte = 0x0101010101010101u;
constexpr std::uint64_t high_bits = 0x80 * each_byte;

std::uint64_t load(const char* bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

std::size_t ascii_end(std::string_view text, std::size_t at) {
  while (at + 8 <= text.size() && (load(text.data() + at) & high_bits) == 0) at += 8;
  while (at < text.size() && is_ascii_byte(text[at])) ++at;
  return at;
}

// Eight bytes at once: adding carries into the high bit of those that are at least 'A', and of
// those beyond 'Z'.
void fold_ascii(std::span<char> text) {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t bytes = load(text.data() + at);
    const std::uint64_t from_a = bytes + (0x80 - 'A') * each_byte;
    const std::uint64_t beyond_z = bytes + (0x7F - 'Z') * each_byte;
    bytes |= ((from_a ^ beyond_z) & high_bits) >> 2;
    std::memcpy(text.data() + at, &bytes, sizeof bytes);
  }
  for (; at < text.size(); ++at)
    if (text[at] >= 'A' && text[at] <= 'Z') text[at] = static_cast<char>(text[at] + 32);
}

char32_t character_at(std::string_view text, std::size_t at) {
  if (is_ascii_byte(text[at])) return static_cast<unsigned char>(text[at]);
  text.remove_prefix(at);
  return utf8::take(text);
}

template <typename Predicate>
std::size_t skip(std::string_view text, std::size_t at, Predicate belongs) {
  while (at < text.size()) {
    if (is_ascii_byte(text[at])) {
      if (!belongs(static_cast<unsigned char>(text[at]))) return at;
      ++at;
      continue;
    }
    std::string_view rest = text.substr(at);
    if (!belongs(utf8::take(rest))) return at;
    at = text.size() - rest.size();
  }
  return at;
}

template <typename Predicate>
std::size_t back_over(std::string_view text, std::size_t at, Predicate belongs) {
  while (at > 0) {
    std::size_t before = at - 1;
    while (before > 0 && is_continuation(text[before])) --before;
    if (!belongs(character_at(text, before))) break;
    at = before;
  }
  return at;
}

}  // namespace

bool is_word_character(char32_t c) {
  if (c < 0x80)
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  const auto* range = std::ranges::upper_bound(not_of_words, c, {}, &CharacterRange::first);
  return range == std::begin(not_of_words) || c > std::prev(range)->last;
}

bool is_blank(char32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

bool is_word_at(std::string_view text, std::size_t at) {
  return at < text.size() && is_word_character(character_at(text, at));
}

bool is_word_before(std::string_view text, std::size_t at) {
  if (at == 0) return false;
  --at;
  while (at > 0 && is_continuation(text[at])) --at;
  return is_word_at(text, at);
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  return skip(text, at, is_blank);
}

std::size_t skip_word(std::string_view text, std::size_t at) {
  return skip(text, at, is_word_character);
}

std::size_t back_over_blanks(std::string_view text, std::size_t at) {
  return back_over(text, at, is_blank);
}

std::size_t back_over_word(std::string_view text, std::size_t at) {
  return back_over(text, at, is_word_character);
}

std::string_view without_blanks_around(std::string_view text) {
  const std::size_t begin = skip_blanks(text, 0);
  return text.substr(begin, std::max(begin, back_over_blanks(text, text.size())) - begin);
}

FoldedText::FoldedText(std::string_view text) : original_(text) {
  folded_.reserve(text.size() + FoldedView::padding);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    at = ascii_end(text, at);
    folded_.append(text, begin, at - begin);
    fold_ascii(std::span(folded_).last(at - begin));

    const std::size_t other = at;
    while (at < text.size() && !is_ascii_byte(text[at])) ++at;
    if (other == at) continue;
    folded_ += fold(text.substr(other, at - other));
    is_ascii_ = false;
  }
  size_ = folded_.size();
  folded_.append(FoldedView::padding, '\0');
}

std::size_t FoldedText::origin(std::size_t at) const {
  if (size_ == original_.size()) return at;
  // Bytes that are no UTF-8 became longer: count characters.
  std::string_view folded = text();
  std::string_view original = original_;
  while (size_ - folded.size() < at) {
    utf8::take(folded);
    utf8::take(original);
  }
  return original_.size() - original.size();
}

}  // namespace sextant::leads
