// What a command says where a language model gave no opinion.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "velocity/rescore.hpp"

namespace sextant::app {

using ModelFallbacks = std::map<std::string, std::size_t>;  // why, and how often

std::size_t count(const ModelFallbacks& fallbacks);
// "  4: why", a line for each reason, the most frequent first; the reasons beyond the fifth in one.
std::string lines_of(const ModelFallbacks& fallbacks);
// Of how many, why, what scores these have now, and what to do next. Empty where there are none.
std::string without_model_text(const std::string& repository,
                               const velocity::RescoreReport& report);

}  // namespace sextant::app
