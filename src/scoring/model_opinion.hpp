// What a language model's answer makes of a static score.
#pragma once

#include "scoring/model_answer.hpp"
#include "scoring/model_settings.hpp"
#include "scoring/score.hpp"

namespace sextant::scoring {

// Moves the sub-scores towards the answer's by at most `adjust_max`, or replaces them; the answer's
// reasons become factors. `score.model` keeps what was said and is there already. Whatever it said,
// where no test changes quality is at most the static one, which is what documentation earns:
// behaviour that nothing tests gets no points for being tested. No answer moves the effort's
// factor.
void apply_answer(const ModelAnswer& answer, const ModelSettings& settings, Score& score);

}  // namespace sextant::scoring
