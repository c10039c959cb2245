// What a message looks like where it goes: as it is, or as a ready-made destination wants it. Each
// of those is one file and knows nothing of queues.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secrets.hpp"
#include "hooks/endpoints.hpp"

namespace sextant::hooks {

// A request but for its URL and what signs it.
struct Formatted {
  std::string body;
  std::vector<std::string> headers;
};

// `body` is a message's: {"event", "timestamp", "type", "data"}. An `invalid` error says why the
// destination has no use for it: it is skipped.
Result<Formatted> format_for_slack(std::string_view body);
Result<Formatted> format_for_discord(std::string_view body);
Result<Formatted> format_for_hubspot(std::string_view body, const Secret& token);

// By kind; a webhook gets the body itself.
Result<Formatted> format_for(Kind kind, std::string body, const Secret& credential);

// Whether the answer says that it was taken.
bool is_taken(Kind kind, int status);

}  // namespace sextant::hooks
