// A score in words, for a terminal: sub-scores, their factors with evidence, what did not count.
#pragma once

#include <string>

#include "scoring/score.hpp"

namespace sextant::app {

// `title` heads the text: "owner/name#12 Add a throttle"; may be empty.
std::string explanation(const std::string& title, const scoring::Score& score);

}  // namespace sextant::app
