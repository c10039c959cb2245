#include "base/printable.hpp"

#include "base/utf8.hpp"

namespace sextant {
namespace {

bool is_control(char32_t character) {
  return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

// Turns the direction of what stands beside it, or cannot be seen.
bool is_mark(char32_t character) {
  return (character >= 0x200b && character <= 0x200f) ||
         (character >= 0x2028 && character <= 0x202e) ||
         (character >= 0x2060 && character <= 0x206f) || character == 0xfeff ||
         character >= 0xe0000;
}

}  // namespace

std::string printable(std::string_view text, std::size_t bytes_most) {
  std::string out;
  while (!text.empty() && out.size() < bytes_most) {
    const char32_t character = utf8::take(text);
    if (is_control(character) || is_mark(character))
      out += ' ';
    else
      utf8::append(out, character);
  }
  return out;
}

}  // namespace sextant
