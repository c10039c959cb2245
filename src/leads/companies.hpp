// Where the people work: leads rolled up by company.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "db/connection.hpp"

namespace sextant::leads {

struct Company {
  std::string key;  // "acme", "acme.com"
  std::string name;
  std::int64_t people = 0;
  std::int64_t leads = 0;
  std::int64_t heat =
      0;  // of each lead 4 points within 7 days of its capture, 2 within 30, 1 within 90
  Instant last_captured_at;
};

// The hottest first. Whom the organisation may not see does not count.
Result<std::vector<Company>> list_companies(db::Connection& db, std::int64_t organization,
                                            Instant now, int limit, std::int64_t offset);

}  // namespace sextant::leads
