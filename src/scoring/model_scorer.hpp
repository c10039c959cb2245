// The static score with a language model's opinion on top of it: moved within a bound, or replaced.
// Whatever goes wrong with the model, the static score stands and says why.
#pragma once

#include <memory>

#include "scoring/model_client.hpp"
#include "scoring/model_ledger.hpp"
#include "scoring/model_settings.hpp"
#include "scoring/scorer.hpp"

namespace sextant::scoring {

constexpr std::string_view model_scorer_id = "llm/1";

// `scoring` is for the static score beneath. `ledger` outlives the scorer.
std::unique_ptr<Scorer> make_model_scorer(const ModelSettings& settings,
                                          const ScoringSettings& scoring, ModelLedger& ledger,
                                          ModelWorld world = real_world());

}  // namespace sextant::scoring
