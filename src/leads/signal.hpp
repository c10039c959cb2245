// The acts that make leads, and what the API calls them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "forge/event.hpp"

namespace sextant::leads {

// Stored as numbers: these stay.
enum class ActKind : std::int8_t {
  star = 0,
  fork = 1,
  issue = 2,
  issue_comment = 3,
  pull_request = 4,
  pull_request_comment = 5,
  discussion = 6,
  discussion_comment = 7,
  code = 8,
};
// Nothing for what makes no lead: pushes, stars taken back.
std::optional<ActKind> act_kind(forge::EventKind kind);
constexpr bool is_of_repository(ActKind kind) {
  return kind == ActKind::star || kind == ActKind::fork;
}

// "stargazer", "keyword_issue": a comment counts as its parent's kind.
std::string_view signal_type(ActKind kind);
// The kinds that have the signal type; none where there is no such type.
std::span<const ActKind> kinds_of(std::string_view signal_type);
inline constexpr std::string_view signal_types =
    "stargazer, fork, keyword_issue, keyword_pr, keyword_discussion or keyword_code";

enum class CapturePath : std::int8_t { webhook = 0, archive = 1, events_feed = 2, search = 3 };
std::string_view to_text(CapturePath path);

}  // namespace sextant::leads
