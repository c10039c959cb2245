// Secrets are stored as their SHA-256 only.
#pragma once

#include <string_view>

#include "base/secrets.hpp"
#include "db/query.hpp"

namespace sextant::access {

inline db::Blob hash_value(const Hash& hash) {
  return {std::string(hash.begin(), hash.end())};
}
inline db::Blob hash_value(std::string_view secret) {
  return hash_value(sha256(secret));
}

}  // namespace sextant::access
