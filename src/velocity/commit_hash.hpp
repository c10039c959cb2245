// Commit hashes: hexadecimal where people read them, raw bytes in the store.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/secrets.hpp"

namespace sextant::velocity {

// "00ff" -> two bytes; the text is hexadecimal in lower case, as git prints it.
inline std::string hash_bytes(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
  return bytes;
}

inline std::string hash_text(std::string_view bytes) {
  return to_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

// What people and the CSV show of a direct commit's hash.
constexpr std::size_t short_hash_length = 7;

}  // namespace sextant::velocity
