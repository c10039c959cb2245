// A captured signal with the person's public profile.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "leads/profile.hpp"
#include "leads/signal.hpp"

namespace sextant::leads {

enum class LeadState : std::int8_t { shown = 0, over_quota = 1 };

// Seen in our own data, of a signal that may be forged; stored as flags.
enum Evidence : int { no_evidence = 0, burst = 1, lockstep = 2 };

struct Lead {
  std::int64_t id = 0;
  LeadState state = LeadState::shown;
  Instant captured_at;
  std::int64_t person = 0;
  std::int64_t forge_id = 0;  // the person's
  std::string login;
  Profile profile;
  ActKind kind = ActKind::star;
  std::int64_t act = 0;
  std::string repository;             // "owner/name"
  std::vector<std::string> keywords;  // the one that matched first comes first
  std::string context;
  std::string url;
  std::string snippet;
  int evidence = no_evidence;
  Instant occurred_at;
  CapturePath captured_by = CapturePath::webhook;
  bool is_backfill = false;
  Instant updated_at;
};

}  // namespace sextant::leads
