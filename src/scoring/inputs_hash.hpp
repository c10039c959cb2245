// One hash over everything that a static score depends on: two scores with the same one are equal.
#pragma once

#include "scoring/scorer.hpp"

namespace sextant::scoring {

// `score` gives scorer, rubric and the diff's hash.
Fingerprint hash_inputs(const ChangeInputs& inputs, const ScoringSettings& settings,
                        const Score& score);

}  // namespace sextant::scoring
