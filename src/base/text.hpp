// Small questions about text that several rooms ask.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sextant {

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);

// For comparing without regard to case: Latin, Greek and Cyrillic letters are folded, other
// characters stay; bytes that are no UTF-8 become U+FFFD.
std::string fold(std::string_view text);

// The text with every byte sequence that is no UTF-8 replaced by U+FFFD, and NUL left out.
std::string valid_utf8(std::string_view text);

// The whole text as a decimal number, or nothing.
std::optional<std::int64_t> parse_integer(std::string_view text);
std::optional<double> parse_number(std::string_view text);

}  // namespace sextant
