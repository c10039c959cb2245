#include "base/sealed_text.hpp"

#include <sodium.h>

namespace sextant {
namespace {

constexpr char version = '\1';
constexpr std::size_t key_id_bytes = 4;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t mark_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t head_bytes = 1 + key_id_bytes + nonce_bytes;

std::uint8_t* bytes_of(std::string& text) {
  return reinterpret_cast<std::uint8_t*>(text.data());
}
const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

}  // namespace

Sealer::Sealer(const Secret& secret_key, std::string_view purpose)
    : key_(derive_key(secret_key, purpose)) {
  const Hash id = hmac_sha256(
      std::string_view(reinterpret_cast<const char*>(key_.data()), key_.size()), "key id");
  key_id_.assign(reinterpret_cast<const char*>(id.data()), key_id_bytes);
}

std::string Sealer::seal(const Secret& text, std::string_view bound_to) const {
  const std::string& plain = text.reveal();
  std::string sealed = version + key_id_;
  sealed.resize(head_bytes + plain.size() + mark_bytes);
  std::uint8_t* const nonce = bytes_of(sealed) + 1 + key_id_bytes;
  fill_random({nonce, nonce_bytes});
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      bytes_of(sealed) + head_bytes, nullptr, bytes_of(std::string_view(plain)), plain.size(),
      bytes_of(bound_to), bound_to.size(), nullptr, nonce, key_.data());
  return sealed;
}

Result<Secret> Sealer::open(std::string_view sealed, std::string_view bound_to) const {
  if (sealed.size() < head_bytes + mark_bytes || sealed.front() != version)
    return fail(ErrorKind::internal, "what should be a sealed text is none");
  if (sealed.substr(1, key_id_bytes) != key_id_)
    return fail(ErrorKind::unavailable,
                "a stored secret was sealed with another secret key; start with that one "
                "(SEXTANT_SECRET_KEY), or make the secret anew");
  std::string plain(sealed.size() - head_bytes - mark_bytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          bytes_of(plain), nullptr, nullptr, bytes_of(sealed) + head_bytes,
          sealed.size() - head_bytes, bytes_of(bound_to), bound_to.size(),
          bytes_of(sealed) + 1 + key_id_bytes, key_.data()) != 0)
    return fail(ErrorKind::internal, "a stored secret was changed or belongs elsewhere");
  return Secret(std::move(plain));
}

}  // namespace sextant
