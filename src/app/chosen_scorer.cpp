#include "app/chosen_scorer.hpp"

#include "scoring/model_scorer.hpp"

namespace sextant::app {

Result<ChosenScorer> choose_scorer(const Store& store, const std::string& name,
                                   const scoring::ScoringSettings& settings,
                                   std::int64_t organization, std::stop_token stop) {
  if (name == "static")
    return ChosenScorer{.ledger = nullptr, .scorer = scoring::make_static_scorer(settings)};
  const scoring::ModelSettings& llm = store.config.llm;
  if (llm.provider == scoring::ModelProvider::none)
    return fail(ErrorKind::invalid,
                "no language model is set up: llm.provider is \"none\"; set it with llm.model and "
                "llm.api_key (SEXTANT_LLM_PROVIDER, SEXTANT_LLM_MODEL, SEXTANT_LLM_API_KEY)");
  ChosenScorer chosen;
  chosen.ledger =
      std::make_unique<velocity::StoredModelLedger>(*store.database, organization, llm.limits);
  chosen.scorer = scoring::make_model_scorer(llm, settings, *chosen.ledger,
                                             scoring::real_world(std::move(stop)));
  return chosen;
}

}  // namespace sextant::app
