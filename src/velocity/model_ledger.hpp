// The database's part in asking language models: answers are kept, and what they cost is counted,
// for an organisation and over all nodes.
#pragma once

#include <array>
#include <chrono>
#include <mutex>

#include "db/database.hpp"
#include "scoring/model_ledger.hpp"
#include "scoring/model_settings.hpp"

namespace sextant::velocity {

// What became of questions, by outcome.
struct ModelCount {
  std::int64_t questions = 0;
  std::int64_t tokens_in = 0;  // all that was sent
  std::int64_t tokens_in_cached = 0;
  std::int64_t tokens_out = 0;
  std::int64_t micro_dollars = 0;
  std::int64_t milliseconds = 0;
};
using ModelCounts = std::array<ModelCount, scoring::model_outcome_count>;

class StoredModelLedger : public scoring::ModelLedger {
 public:
  StoredModelLedger(db::Database& database, std::int64_t organization,
                    const scoring::ModelLimits& limits)
      : database_(database), organization_(organization), limits_(limits) {}

  ~StoredModelLedger() override;  // writes down what is counted and not written yet

  Result<Word> begin(const scoring::ModelQuestion& question, const scoring::Spending& most,
                     Instant now, std::chrono::milliseconds lease) override;
  Result<std::optional<Refused>> reserve_more(const scoring::Spending& more,
                                              Instant began) override;
  Result<void> end(const scoring::ModelQuestion& question, const Ended& ended) override;
  void count(const Counted& counted) override;

 private:
  Result<Word> look(db::Connection& db, const scoring::ModelQuestion& question, Instant now) const;
  Result<std::optional<Refused>> reserve(db::Connection& db, int questions,
                                         const scoring::Spending& most, Instant on) const;

  db::Database& database_;
  const std::int64_t organization_;
  const scoring::ModelLimits limits_;
  std::mutex mutex_;
  ModelCounts counted_;  // and not written yet
  int unwritten_ = 0;    // questions in it
};

// Of all organisations and nodes, since the store was made.
Result<ModelCounts> count_model_questions(db::Connection& db);

// Answers and days' spending are kept so long that a month can be held against that of a year ago.
constexpr std::chrono::days models_kept{400};

// Removes what is older, a slice at a time, and questions that nobody asks any more; how much it
// was. Zero: there is no more.
Result<std::int64_t> purge_models(db::Connection& db, std::int64_t organization, Instant now);

}  // namespace sextant::velocity
