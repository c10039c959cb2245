// Whether the roll-ups and counts agree with the rows they are made of, and making them anew where
// they do not.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "db/database.hpp"

namespace sextant::velocity {

struct RollUpCheck {
  struct Person {
    std::int64_t organization = 0;
    std::int64_t identity = 0;
  };

  std::int64_t organizations = 0;  // that have something to check
  std::int64_t identities = 0;     // whose roll-ups were compared with their rows
  bool is_sample = false;          // the time was not enough for all of them
  std::vector<Person> wrong_sums;
  std::vector<std::int64_t> wrong_counts;  // organisations
};

// Looks until the time is over, in an order that is another each time, so that a store that is too
// large for one look is seen whole by many.
Result<RollUpCheck> check_roll_ups(db::Connection& db, std::chrono::milliseconds most);

// Makes what was found wrong anew from the rows.
Result<void> mend_roll_ups(db::Database& database, const RollUpCheck& found);

}  // namespace sextant::velocity
