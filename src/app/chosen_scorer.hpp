// The scorer that a command's --scorer names: "static" or "llm".
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "app/store.hpp"
#include "scoring/scorer.hpp"
#include "velocity/model_ledger.hpp"

namespace sextant::app {

// Who scores, and what a model's questions are written down in.
struct ChosenScorer {
  std::unique_ptr<velocity::StoredModelLedger> ledger;
  std::unique_ptr<scoring::Scorer> scorer;
};

// `settings` are the static scorer's, which is beneath a model too. Stopped, a model's scorer waits
// for nothing any longer.
Result<ChosenScorer> choose_scorer(const Store& store, const std::string& name,
                                   const scoring::ScoringSettings& settings,
                                   std::int64_t organization, std::stop_token stop);

}  // namespace sextant::app
