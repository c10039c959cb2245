#include "leads/keyword_json.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace sextant::leads {
namespace {

std::size_t skip_json_blanks(std::string_view json, std::size_t at) {
  while (at < json.size() && (json[at] == ' ' || json[at] == '\t')) ++at;
  return at;
}

// Four hexadecimal digits off the front.
std::optional<char32_t> take_unit(std::string_view& raw) {
  if (raw.size() < 4) return std::nullopt;
  std::uint32_t unit = 0;
  const auto [stopped, error] = std::from_chars(raw.data(), raw.data() + 4, unit, 16);
  if (error != std::errc{} || stopped != raw.data() + 4) return std::nullopt;
  raw.remove_prefix(4);
  return unit;
}

// What stands behind "\u".
std::optional<char32_t> take_character(std::string_view& raw) {
  const auto first = take_unit(raw);
  if (!first || *first == 0 || (*first >= 0xDC00 && *first < 0xE000)) return std::nullopt;
  if (*first < 0xD800 || *first >= 0xE000) return first;
  if (!raw.starts_with("\\u")) return std::nullopt;
  raw.remove_prefix(2);
  const auto second = take_unit(raw);
  if (!second || *second < 0xDC00 || *second >= 0xE000) return std::nullopt;
  return 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00);
}

// What the letter behind a backslash stands for; NUL for none.
char plain_escape(char kind) {
  switch (kind) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case '"':
    case '\\':
    case '/':
      return kind;
    default:
      return '\0';
  }
}

// What is copied as it is, but for its case.
bool is_plain(char c) {
  return c >= ' ' && c != '"' && c != '\\';  // beyond ASCII it is negative
}

bool is_beyond_ascii(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

char fold_ascii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

}  // namespace

auto JsonTextReader::read(std::string_view json, std::size_t at) -> Outcome {
  size_ = 0;
  is_ascii_ = true;
  at = skip_json_blanks(json, at);
  if (at == json.size() || json[at] != ':') return Outcome::none;
  at = skip_json_blanks(json, at + 1);
  if (at == json.size() || json[at] != '"') return Outcome::none;
  ++at;
  while (size_ <= text_bytes_max) {
    append_plain(json, at);
    if (at == json.size()) return Outcome::none;
    const char next = json[at];
    if (next == '"') {
      std::memset(buffer_.data() + size_, 0, FoldedView::padding);
      return Outcome::text;
    }
    if (next == '\\') {
      if (!append_escape(json, at)) return Outcome::doubtful;
    } else if (is_beyond_ascii(next)) {
      append_others(json, at);
    } else if (!is_plain(next)) {
      return Outcome::none;  // no string holds a line end
    }
  }
  return Outcome::doubtful;
}

// Ends where something else stands, or at the end of what is read in one step.
void JsonTextReader::append_plain(std::string_view json, std::size_t& at) {
  const std::size_t stop = std::min(json.size(), at + text_bytes_max + 1 - size_);
#ifdef __SSE2__
  const __m128i a = _mm_set1_epi8('A' - 1);
  const __m128i z = _mm_set1_epi8('Z' + 1);
  while (at + 16 <= stop) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(json.data() + at));
    const __m128i capital = _mm_and_si128(_mm_cmpgt_epi8(bytes, a), _mm_cmplt_epi8(bytes, z));
    const __m128i folded = _mm_or_si128(bytes, _mm_and_si128(capital, _mm_set1_epi8(0x20)));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(buffer_.data() + size_), folded);
    // Bytes beyond ASCII are negative: less than a blank, as control characters are.
    const __m128i other = _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')),
                                       _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                                    _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
    const auto found = static_cast<unsigned>(_mm_movemask_epi8(other));
    const auto count = found == 0 ? 16u : static_cast<unsigned>(std::countr_zero(found));
    at += count;
    size_ += count;
    if (found != 0) return;
  }
#endif
  for (; at < stop && is_plain(json[at]); ++at) buffer_[size_++] = fold_ascii(json[at]);
}

void JsonTextReader::append_others(std::string_view json, std::size_t& at) {
  constexpr int characters_max = 16;  // in one step
  std::string_view rest = json.substr(at);
  for (int i = 0; i < characters_max && !rest.empty() && is_beyond_ascii(rest.front()); ++i)
    utf8::take(rest);
  const std::size_t count = json.size() - at - rest.size();
  append(fold(json.substr(at, count)));
  is_ascii_ = false;
  at += count;
}

bool JsonTextReader::append_escape(std::string_view json, std::size_t& at) {
  std::string_view raw = json.substr(at + 1, 11);  // two units are the longest
  if (raw.empty()) {
    ++at;
    return true;  // the end of what is read
  }
  const char kind = raw.front();
  raw.remove_prefix(1);
  if (kind != 'u') {
    const char plain = plain_escape(kind);
    buffer_[size_++] = plain;
    at += 2;
    return plain != '\0';
  }
  const std::size_t before = raw.size();
  const auto character = take_character(raw);
  if (!character) return false;
  std::string letter;
  utf8::append(letter, *character);
  append(fold(letter));
  if (*character >= 0x80) is_ascii_ = false;
  at += 2 + (before - raw.size());
  return true;
}

void JsonTextReader::append(std::string_view folded) {
  std::memcpy(buffer_.data() + size_, folded.data(), folded.size());
  size_ += folded.size();
}

}  // namespace sextant::leads
