#include "leads/plans.hpp"

#include <algorithm>

namespace sextant::leads {
namespace {

constexpr Plan plans[] = {
    {.name = "free", .leads_a_month = 50, .requests_a_minute = 0, .has_api = false},
    {.name = "starter", .leads_a_month = 500, .requests_a_minute = 0, .has_api = false},
    {.name = "pro", .leads_a_month = 500, .requests_a_minute = 60, .has_api = true},
    {.name = "agency", .leads_a_month = {}, .requests_a_minute = 300, .has_api = true},
};
constexpr const Plan& self_hosted = plans[3];

}  // namespace

std::span<const Plan> all_plans() {
  return plans;
}

const Plan* plan_named(std::string_view name) {
  const auto found = std::ranges::find(plans, name, &Plan::name);
  return found == std::end(plans) ? nullptr : found;
}

const Plan& plan_of(const std::optional<std::string>& name) {
  const Plan* const plan = name ? plan_named(*name) : nullptr;
  return plan ? *plan : self_hosted;
}

}  // namespace sextant::leads
