// What an organisation may do, by the name of its plan.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sextant::leads {

struct Plan {
  std::string_view name;
  std::optional<std::int64_t> leads_a_month;  // nothing: as many as come
  std::int64_t requests_a_minute = 0;
  bool has_api = false;
};

std::span<const Plan> all_plans();
// Null where no plan has the name.
const Plan* plan_named(std::string_view name);
// Of an organisation: without a plan, or with one that is not of this list, it is on agency.
const Plan& plan_of(const std::optional<std::string>& name);

}  // namespace sextant::leads
