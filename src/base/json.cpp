#include "base/json.hpp"

#include <cmath>
#include <cstring>

#include "base/utf8.hpp"

namespace sextant::json {
namespace {

constexpr char hex[] = "0123456789abcdef";

constexpr bool is_plain(unsigned char c) {
  return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

// Whether all eight bytes are plain, all at once (the usual bit tricks for "has a byte less than /
// equal").
bool are_plain(const char* text) {
  constexpr std::uint64_t ones = 0x0101010101010101ull;
  constexpr std::uint64_t tops = 0x8080808080808080ull;
  std::uint64_t word;
  std::memcpy(&word, text, sizeof word);
  const auto has_zero = [](std::uint64_t w) { return (w - ones) & ~w & tops; };
  return !((word & tops) | ((word - ones * 0x20) & ~word & tops) | has_zero(word ^ (ones * '"')) |
           has_zero(word ^ (ones * '\\')));
}

std::size_t plain_prefix(std::string_view text) {
  std::size_t i = 0;
  while (i + 8 <= text.size() && are_plain(text.data() + i)) i += 8;
  while (i < text.size() && is_plain(static_cast<unsigned char>(text[i]))) ++i;
  return i;
}

void append_escape(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += hex[static_cast<unsigned char>(c) >> 4];
      out += hex[static_cast<unsigned char>(c) & 15];
  }
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  out += '"';
  while (true) {
    const std::size_t plain = plain_prefix(text);
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      append_escape(out, text.front());
      text.remove_prefix(1);
    } else {
      utf8::append_one(out, text);
    }
  }
  out += '"';
}

void append_number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  char digits[32];
  const char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

}  // namespace sextant::json
