// How a receiver knows that a request comes from us and is not an old one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/secrets.hpp"
#include "base/time.hpp"

namespace sextant::hooks {

constexpr std::string_view secret_prefix = "whsec_";

std::string to_base64(std::string_view bytes);  // with padding

// "msg_...", the same at every attempt.
std::string message_id_text(std::int64_t message);

// X-GitLeads-Signature, "sha256=" and hex HMAC of the body under the whole text of the secret; and
// Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature, "v1," and base64 HMAC of
// "id.timestamp.body" under what the secret's base64 says. With a previous secret, which may be
// empty, webhook-signature has one for each, with a space between.
std::vector<std::string> signature_headers(const Secret& secret, const Secret& previous,
                                           std::string_view message_id, Instant at,
                                           std::string_view body);

}  // namespace sextant::hooks
