#include "hooks/signature.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace sextant::hooks {
namespace {

std::string_view as_text(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// The two base64 alphabets differ in two characters and the padding.
std::string standard_key(const Secret& secret) {
  std::string text = secret.reveal().substr(secret_prefix.size());
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return from_base64url(text).value_or("");
}

std::string standard_signature(const Secret& secret, std::string_view signed_text) {
  return "v1," + to_base64(as_text(hmac_sha256(standard_key(secret), signed_text)));
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text = to_base64url(bytes);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::string message_id_text(std::int64_t message) {
  return "msg_" + std::to_string(message);
}

std::vector<std::string> signature_headers(const Secret& secret, const Secret& previous,
                                           std::string_view message_id, Instant at,
                                           std::string_view body) {
  const std::string timestamp = std::to_string(unix_ms(at) / 1000);
  std::string signed_text;
  signed_text.reserve(message_id.size() + timestamp.size() + body.size() + 2);
  signed_text.append(message_id).append(".").append(timestamp).append(".").append(body);
  std::string signatures = standard_signature(secret, signed_text);
  if (!previous.empty()) signatures += " " + standard_signature(previous, signed_text);
  return {"X-GitLeads-Signature: sha256=" + to_hex(hmac_sha256(secret.reveal(), body)),
          fmt::format("webhook-id: {}", message_id), "webhook-timestamp: " + timestamp,
          "webhook-signature: " + signatures};
}

}  // namespace sextant::hooks
