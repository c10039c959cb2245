#include "scoring/weights.hpp"

#include <algorithm>

#include "scoring/factors.hpp"

namespace sextant::scoring {
namespace {

using D = Dimension;
using F = Feature;

// clang-format off
constexpr Term table[] = {
    {D::scope, F::more_files,      4000, factor_code::scope_files},
    {D::scope, F::more_subsystems, 6000, factor_code::scope_subsystems},
    {D::scope, F::hunks,           2000, factor_code::scope_places},

    {D::architecture, F::functions,         4000, factor_code::architecture_functions},
    {D::architecture, F::types,             8000, factor_code::architecture_types},
    {D::architecture, F::visible,           3000, factor_code::architecture_visible},
    {D::architecture, F::imports,           1500, factor_code::architecture_imports},
    {D::architecture, F::migration_lines,   1500, factor_code::architecture_migrations},
    {D::architecture, F::deploy_lines,      1000, factor_code::architecture_deploy},
    {D::architecture, F::ci_lines,           500, factor_code::architecture_ci},
    {D::architecture, F::config_lines,       300, factor_code::architecture_config},
    {D::architecture, F::instruction_lines, 1000, factor_code::architecture_instructions},

    {D::implementation, F::control,      800, factor_code::implementation_control},
    {D::implementation, F::calls,        500, factor_code::implementation_calls},
    {D::implementation, F::concurrency, 2000, factor_code::implementation_concurrency},
    {D::implementation, F::errors,       800, factor_code::implementation_errors},

    {D::risk, F::concurrency,       3000, factor_code::risk_concurrency},
    {D::risk, F::errors,            1500, factor_code::risk_errors},
    {D::risk, F::visible_changed,   3000, factor_code::risk_visible_changed},
    {D::risk, F::migration_lines,   2000, factor_code::risk_migrations},
    {D::risk, F::deploy_lines,      1500, factor_code::risk_deploy},
    {D::risk, F::security,          1500, factor_code::risk_security},
    {D::risk, F::instruction_lines, 1500, factor_code::risk_instructions},
};
// clang-format on

constexpr std::array<SizeShare, dimension_count> shares = {{
    {80, 50, factor_code::scope_size},
    {50, 110, factor_code::architecture_size},
    {70, 80, factor_code::implementation_size},
    {80, 80, factor_code::risk_size},
    {0, 0, 0},
    {0, 0, 0},
}};

// Nearly a power of 0.7 up to 400 lines, steep enough that a change cut into parts earns no more
// than the whole under the smooth scale; then a slow end at 3,200.
constexpr CurveKnot knots[] = {
    {0, 0},      {1, 120},    {3, 260},    {6, 420},    {12, 660},    {25, 1040},    {50, 1640},
    {100, 2620}, {200, 4300}, {400, 7000}, {800, 9200}, {1600, 9800}, {3200, 10000},
};

constexpr int tokens_a_line = 8;

}  // namespace

std::span<const Term> terms() {
  return table;
}
const SizeShare& size_share(Dimension dimension) {
  return shares[static_cast<std::size_t>(dimension)];
}
std::span<const CurveKnot> curve() {
  return knots;
}

std::int64_t size_of(const Features& features) {
  // Taking away is somewhat easier than adding, and dropping a whole file much easier.
  const std::int64_t lines = 1000 * features[F::added_lines] + 800 * features[F::removed_lines] +
                             100 * features[F::deleted_lines];
  const std::int64_t tokens = 1000 * features[F::program_tokens] +
                              500 * features[F::settings_tokens] +
                              400 * features[F::removed_tokens] + 100 * features[F::deleted_tokens];
  // One endless line is not a large change.
  return (7 * lines + 3 * std::min(tokens / tokens_a_line, 2 * lines)) / 10;
}

std::int64_t part_of_maximum(std::int64_t sum) {
  for (std::size_t i = 1; i < std::size(knots); ++i) {
    const CurveKnot& from = knots[i - 1];
    const CurveKnot& to = knots[i];
    if (sum > to.lines * one_line) continue;
    return from.part + (to.part - from.part) * (sum - from.lines * one_line) /
                           ((to.lines - from.lines) * one_line);
  }
  return knots[std::size(knots) - 1].part;
}

}  // namespace sextant::scoring
