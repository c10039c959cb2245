#include <array>

#include "scoring/score.hpp"

namespace sextant::scoring {
namespace {

constexpr std::array<std::string_view, 3> scales = {"tiers", "smooth", "off"};
constexpr std::array<std::string_view, 6> tiers = {"nano",   "micro", "small",
                                                   "medium", "large", "xl"};
constexpr std::array<std::string_view, 15> reasons = {
    "vendored", "lockfile",      "generated", "binary",    "minified",
    "data",     "documentation", "ignored",   "submodule", "whitespace",
    "moved",    "comments",      "unlisted",  "unread",    "truncated"};

}  // namespace

std::string_view name(EffortScale scale) {
  return scales[static_cast<std::size_t>(scale)];
}
std::string_view name(EffortTier tier) {
  return tiers[static_cast<std::size_t>(tier)];
}
std::string_view name(ExclusionReason reason) {
  return reasons[static_cast<std::size_t>(reason)];
}

Result<EffortScale> parse_effort_scale(std::string_view text) {
  for (std::size_t i = 0; i < scales.size(); ++i)
    if (text == scales[i]) return static_cast<EffortScale>(i);
  return fail(ErrorKind::invalid, "effort_scale takes tiers, smooth or off");
}

}  // namespace sextant::scoring
