#include "http/syntax.hpp"

#include <algorithm>
#include <array>

namespace sextant::http {
namespace {

using Set = std::array<bool, 256>;

constexpr Set letters_digits_and(std::string_view others) {
  Set set{};
  for (unsigned char c = '0'; c <= '9'; ++c) set[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) set[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) set[c] = true;
  for (const char c : others) set[static_cast<unsigned char>(c)] = true;
  return set;
}

constexpr Set token_characters = letters_digits_and("!#$%&'*+-.^_`|~");
constexpr Set host_characters = letters_digits_and("-._~%!$&'()*+;=:[]");

bool is_made_of(std::string_view text, const Set& set) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return set[static_cast<unsigned char>(c)]; });
}

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

}  // namespace

bool has_control(std::string_view text) {
  unsigned found = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    found |= static_cast<unsigned>(byte < 0x20) & static_cast<unsigned>(byte != '\t');
    found |= static_cast<unsigned>(byte == 0x7f);
  }
  return found != 0;
}

bool is_token(std::string_view text) {
  return !text.empty() && is_made_of(text, token_characters);
}

bool is_host(std::string_view text) {
  return is_made_of(text, host_characters);
}

std::string_view field_name(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == line.npos || !is_token(line.substr(0, colon))) return {};
  return line.substr(0, colon);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace sextant::http
