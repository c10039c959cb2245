// The totals of a change once every line's fate is known, and the list of what does not count.
#pragma once

#include "scoring/effective.hpp"

namespace sextant::scoring {

// Fills in the effective lines and files and the exclusions: excluded files one by one, the largest
// first and 200 at most, then how many more there are, then lines left out of files that count,
// summed up by reason (the path is empty where they lie in several files).
void count_lines(EffectiveChange& change);

}  // namespace sextant::scoring
