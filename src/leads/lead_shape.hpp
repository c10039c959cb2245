// The public shape of a lead, the same in answers, exports and announcements.
#pragma once

#include <span>
#include <string>

#include "http/table.hpp"
#include "leads/authenticity.hpp"
#include "leads/fit_rules.hpp"

namespace sextant::leads {

// A lead with what is worked out when it is shown.
struct ShownLead {
  const Lead& lead;
  std::optional<Authenticity> authenticity;
  std::optional<int> fit_score;
};
ShownLead shown(const Lead& lead, std::span<const FitRule> rules);

std::span<const http::Column<ShownLead>> lead_columns();
// The same with lists as one text.
std::span<const http::Column<ShownLead>> lead_csv_columns();
std::string to_json(const ShownLead& lead);

}  // namespace sextant::leads
