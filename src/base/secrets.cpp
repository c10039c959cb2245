#include "base/secrets.hpp"

#include <cstdlib>

#include <sodium.h>

namespace sextant {
namespace {

constexpr std::string_view base62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr int checksum_length = 6;

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

// Six base62 characters (35 bits) of the SHA-256 of what goes before them.
std::string checksum(std::string_view text) {
  const Hash hash = sha256(text);
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | hash[static_cast<std::size_t>(i)];
  std::string out;
  for (int i = 0; i < checksum_length; ++i, value /= base62.size())
    out += base62[value % base62.size()];
  return out;
}

const int sodium_ready = sodium_init();

}  // namespace

Hash sha256(std::string_view text) {
  Hash hash;
  crypto_hash_sha256(hash.data(), bytes_of(text), text.size());
  return hash;
}

Hash hmac_sha256(std::string_view key, std::string_view text) {
  Hash hash;
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(text), text.size());
  crypto_auth_hmacsha256_final(&state, hash.data());
  return hash;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const auto byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

void fill_random(std::span<std::uint8_t> bytes) {
  if (sodium_ready < 0) std::abort();
  randombytes_buf(bytes.data(), bytes.size());
}

std::string to_base64url(std::string_view bytes) {
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string out(sodium_base64_ENCODED_LEN(bytes.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes_of(bytes), bytes.size(), variant);
  out.pop_back();  // its NUL
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string out(text.size() * 3 / 4 + 1, '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<std::uint8_t*>(out.data()), out.size(), text.data(),
                        text.size(), nullptr, &length, &end,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      end != text.data() + text.size())
    return std::nullopt;
  out.resize(length);
  if (to_base64url(out) != text) return std::nullopt;
  return out;
}

Hash derive_key(const Secret& secret_key, std::string_view purpose) {
  return hmac_sha256(secret_key.reveal(), purpose);
}

std::string new_token(std::string_view prefix, int length) {
  std::string token(prefix);
  for (int i = 0; i < length - checksum_length; ++i)
    token += base62[randombytes_uniform(static_cast<std::uint32_t>(base62.size()))];
  return token + checksum(token);
}

bool is_well_formed_token(std::string_view token, std::string_view prefix, int length) {
  if (token.size() != prefix.size() + static_cast<std::size_t>(length) ||
      !token.starts_with(prefix))
    return false;
  if (token.substr(prefix.size()).find_first_not_of(base62) != token.npos) return false;
  const auto body = token.substr(0, token.size() - checksum_length);
  return equal_in_constant_time(checksum(body), token.substr(body.size()));
}

}  // namespace sextant
