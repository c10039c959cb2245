// The guard of an API whose budget goes by the organisation's plan: one for all its endpoints, a
// minute long.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "access/guard.hpp"

namespace sextant::access {

// What a plan allows.
struct Allowance {
  bool has_api = true;
  std::int64_t requests_per_minute = 0;
};
using AllowanceOf = Allowance (*)(const std::optional<std::string>& plan);

class KeyGuard {
 public:
  // `budget` names what is spent. All outlive it.
  KeyGuard(Guard& guard, RateLimits& limits, AllowanceOf allowance_of, const SecretForm& form,
           std::string budget, const Clock& clock)
      : guard_(guard),
        limits_(limits),
        allowance_of_(allowance_of),
        form_(form),
        budget_(std::move(budget)),
        clock_(clock) {}

  // 401 for whatever is wrong with the key, 403 where the plan has no API, 429. Every answer to a
  // good key carries what is left.
  Outcome admit(const http::Request& request, db::Connection& connection);

 private:
  Guard& guard_;
  RateLimits& limits_;
  const AllowanceOf allowance_of_;
  const SecretForm form_;
  const std::string budget_;
  const Clock& clock_;
};

}  // namespace sextant::access
