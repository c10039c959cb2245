// The codes of the reasons that scores store. A code is given once and never anew: what is stored
// keeps its meaning, while its sentence may improve.
#pragma once

#include <cstdint>

#include "scoring/score.hpp"

namespace sextant::scoring::factor_code {

// Each has one number, the count that its sentence says.
constexpr std::uint16_t scope_size = 100;
constexpr std::uint16_t scope_files = 101;
constexpr std::uint16_t scope_subsystems = 102;
constexpr std::uint16_t scope_places = 103;
constexpr std::uint16_t architecture_size = 200;
constexpr std::uint16_t architecture_functions = 201;
constexpr std::uint16_t architecture_types = 202;
constexpr std::uint16_t architecture_visible = 203;
constexpr std::uint16_t architecture_imports = 204;
constexpr std::uint16_t architecture_migrations = 205;
constexpr std::uint16_t architecture_deploy = 206;
constexpr std::uint16_t architecture_ci = 207;
constexpr std::uint16_t architecture_config = 208;
constexpr std::uint16_t architecture_instructions = 209;
constexpr std::uint16_t architecture_reshaped = 211;
constexpr std::uint16_t implementation_size = 300;
constexpr std::uint16_t implementation_control = 301;
constexpr std::uint16_t implementation_calls = 302;
constexpr std::uint16_t implementation_concurrency = 303;
constexpr std::uint16_t implementation_errors = 304;
constexpr std::uint16_t implementation_names = 305;
constexpr std::uint16_t implementation_moved = 306;
constexpr std::uint16_t implementation_comments = 307;
constexpr std::uint16_t implementation_nesting = 308;
constexpr std::uint16_t risk_size = 400;
constexpr std::uint16_t risk_concurrency = 401;
constexpr std::uint16_t risk_errors = 402;
constexpr std::uint16_t risk_visible_changed = 403;
constexpr std::uint16_t risk_migrations = 404;
constexpr std::uint16_t risk_deploy = 405;
constexpr std::uint16_t risk_security = 406;
constexpr std::uint16_t risk_instructions = 407;
constexpr std::uint16_t risk_control = 408;
constexpr std::uint16_t risk_fixes = 409;
constexpr std::uint16_t risk_age = 410;
constexpr std::uint16_t quality_tests = 500;
constexpr std::uint16_t quality_assertions = 501;
constexpr std::uint16_t quality_documentation = 502;
constexpr std::uint16_t quality_none = 503;
constexpr std::uint16_t security_words = 600;
constexpr std::uint16_t security_checks = 601;
constexpr std::uint16_t performance_words = 602;

// A language model's reason for a dimension; words: its sentence.
constexpr std::uint16_t of_model(Dimension dimension) {
  return static_cast<std::uint16_t>(100 * static_cast<int>(dimension) + 199);
}
constexpr bool is_of_model(std::uint16_t code) {
  return code >= of_model(Dimension::scope) && code <= of_model(Dimension::perf_security) &&
         code % 100 == 99;
}

}  // namespace sextant::scoring::factor_code

namespace sextant::scoring {

// A code that has a sentence and lies in the dimension's hundred.
bool is_factor_of(Dimension dimension, std::int64_t code);

}  // namespace sextant::scoring
