// Reading UTF-8 that strangers wrote: one character at a time, and what is none becomes U+FFFD.
#pragma once

#include <string>
#include <string_view>

namespace sextant::utf8 {

constexpr char32_t replacement = 0xFFFD;

// Takes one character off the front of a text that is not empty; `replacement` for a byte that
// begins none.
char32_t take(std::string_view& text);
void append(std::string& out, char32_t character);

inline void append_one(std::string& out, std::string_view& text) {
  append(out, take(text));
}

}  // namespace sextant::utf8
