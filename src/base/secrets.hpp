// What must not leak, and the few cryptographic operations around it (libsodium).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "base/result.hpp"

namespace sextant {

// Text that prints as ***: reveal() is its only way out.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

using Hash = std::array<std::uint8_t, 32>;

Hash sha256(std::string_view text);
Hash hmac_sha256(std::string_view key, std::string_view text);
std::string to_hex(std::span<const std::uint8_t> bytes);
bool equal_in_constant_time(std::string_view a, std::string_view b);
void fill_random(std::span<std::uint8_t> bytes);

std::string to_base64url(std::string_view bytes);  // without padding
// Nothing for a character outside the alphabet and for an encoding that is not the canonical one.
std::optional<std::string> from_base64url(std::string_view text);

// A key for one purpose, derived from the installation's secret key; the same on every node.
Hash derive_key(const Secret& secret_key, std::string_view purpose);

// "gv_pat_" + 37 random base62 characters + 6 that check them: a mistyped or leaked token is
// recognised without a look-up. `length` counts the characters after the prefix.
std::string new_token(std::string_view prefix, int length = 43);
bool is_well_formed_token(std::string_view token, std::string_view prefix, int length = 43);

}  // namespace sextant

template <>
struct fmt::formatter<sextant::Secret> : fmt::formatter<std::string_view> {
  template <typename Context>
  auto format(const sextant::Secret&, Context& context) const {
    return fmt::formatter<std::string_view>::format("***", context);
  }
};
