// What the secrets of an endpoint are bound to in the store, and how they come out of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/sealed_text.hpp"
#include "base/time.hpp"
#include "db/connection.hpp"

namespace sextant::hooks {

struct EndpointSecrets {
  Secret secret;
  Secret previous;  // empty: none, or its time is up
  Secret credential;
};

// "whsec_" and base64 of 32 random bytes.
Secret new_signing_secret();

std::string secret_place(std::int64_t organization, std::int64_t endpoint);
std::string credential_place(std::int64_t organization, std::int64_t endpoint);

constexpr std::string_view secret_columns =
    "secret, previous_secret, previous_secret_until, credential";
// From a row that has them from `first` on.
Result<EndpointSecrets> read_secrets(const db::Row& row, int first, std::int64_t organization,
                                     std::int64_t endpoint, const Sealer& sealer, Instant now);

}  // namespace sextant::hooks
