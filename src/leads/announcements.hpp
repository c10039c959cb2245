// What Leads tells the outside, in the transaction of what happened.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "leads/fit_rules.hpp"
#include "leads/quota.hpp"

namespace sextant::leads {

inline constexpr std::string_view lead_created = "lead.created";
inline constexpr std::string_view lead_enriched = "lead.enriched";
inline constexpr std::string_view lead_updated = "lead.updated";
inline constexpr std::string_view lead_deleted = "lead.deleted";
inline constexpr std::string_view quota_reached = "quota.reached";
inline constexpr std::string_view all_events[] = {lead_created, lead_enriched, lead_updated,
                                                  lead_deleted, quota_reached};

// For one organisation and transaction.
class Announcer {
 public:
  Announcer(db::Connection& db, std::int64_t organization, Instant now)
      : db_(db), organization_(organization), now_(now) {}

  Result<void> tell(std::string_view event, const Lead& lead);
  Result<void> tell_quota_reached(const Quota& quota);

 private:
  db::Connection& db_;
  const std::int64_t organization_;
  const Instant now_;
  std::optional<std::vector<FitRule>> rules_;  // read when first needed
};

}  // namespace sextant::leads
