// Text that is stored so that only this installation can read it: encrypted and authenticated with
// a key derived from its secret key.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secrets.hpp"

namespace sextant {

class Sealer {
 public:
  // What one purpose has sealed, another cannot open.
  Sealer(const Secret& secret_key, std::string_view purpose);

  // Bytes: a version, the key's id, a nonce, the encrypted text (XChaCha20-Poly1305). They open
  // under the same `bound_to` only, so that a row's text moved to another row is refused.
  std::string seal(const Secret& text, std::string_view bound_to) const;
  // `unavailable` when another key has sealed it: the sentence says so.
  Result<Secret> open(std::string_view sealed, std::string_view bound_to) const;

 private:
  Hash key_;
  std::string key_id_;
};

}  // namespace sextant
