// What `sextant what-if` shows: how the distribution and the order of scores would change, in words
// for a terminal or as JSON.
#pragma once

#include <string>

#include "velocity/what_if.hpp"

namespace sextant::app {

// What the scores were made with, and how much is shown.
struct WhatIfTerms {
  std::string repository;
  std::string scorer;
  std::string guidelines;  // "version 3", "none", a file's name
  std::string effort_scale;
  std::size_t limit = 0;  // of pull requests and of people that move
};

std::string what_if_text(const WhatIfTerms& terms, const velocity::WhatIfReport& report);
std::string what_if_json(const WhatIfTerms& terms, const velocity::WhatIfReport& report);

}  // namespace sextant::app
