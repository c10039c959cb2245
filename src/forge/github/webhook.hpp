// What GitHub posts to a webhook: whether it comes from who knows the secret, and what it tells.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secrets.hpp"
#include "base/time.hpp"
#include "forge/event.hpp"

namespace sextant::forge::github {

// Whether the text has a signature's form, whoever made it.
bool could_be_signature(std::string_view signature);

// Whether `signature` ("sha256=" and 64 hexadecimal digits in lower case, of X-Hub-Signature-256)
// is the secret's over the raw body; in constant time. Nothing is signed by an empty secret.
bool is_signed_by(std::string_view body, std::string_view signature, const Secret& secret);

struct ParsedDelivery {
  bool is_known = false;  // a kind that is read, or a ping; others carry no events
  std::optional<Repository> repository;
  std::vector<Event> events;
};

// The JSON of a delivery, `event_name` being its X-GitHub-Event. `invalid` names the field that is
// wrong. An event that has no time of its own happened when it was received.
Result<ParsedDelivery> parse_webhook(std::string_view event_name, std::string_view body,
                                     Instant received_at);

}  // namespace sextant::forge::github
