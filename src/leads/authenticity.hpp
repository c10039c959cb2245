// How likely a signal is a person's own, from published evidence on forged stars. Only what can be
// known without asking the forge again.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "leads/lead.hpp"

namespace sextant::leads {

struct Authenticity {
  int score = 100;                        // 0 to 100
  std::vector<std::string_view> reasons;  // what took from it: "account_younger_than_60_days"
};

// Nothing where nothing is known.
std::optional<Authenticity> authenticity_of(const Lead& lead);

}  // namespace sextant::leads
