// One hash over everything that a static score depends on: two scores with the same one are equal.
#pragma once

#include "scoring/scorer.hpp"

namespace sextant::scoring {

// `score` gives scorer, rubric and the diff's hash.
// `texts_said`: what whole texts were asked, and what they said.
Fingerprint hash_inputs(const ChangeInputs& inputs, std::string_view texts_said,
                        const ScoringSettings& settings, const Score& score);

}  // namespace sextant::scoring
