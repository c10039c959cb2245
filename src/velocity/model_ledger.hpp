// The database's part in asking language models: answers are kept, and what they cost is counted,
// for an organisation and over all nodes.
#pragma once

#include "db/database.hpp"
#include "scoring/model_ledger.hpp"
#include "scoring/model_settings.hpp"

namespace sextant::velocity {

class StoredModelLedger : public scoring::ModelLedger {
 public:
  StoredModelLedger(db::Database& database, std::int64_t organization,
                    const scoring::ModelLimits& limits)
      : database_(database), organization_(organization), limits_(limits) {}

  Result<Word> begin(const scoring::ModelQuestion& question, const scoring::Spending& most,
                     Instant now, std::chrono::milliseconds lease) override;
  Result<void> end(const scoring::ModelQuestion& question, const Ended& ended) override;

 private:
  Result<Word> look(db::Connection& db, const scoring::ModelQuestion& question, Instant now) const;
  Result<Word> reserve(db::Connection& db, const scoring::Spending& most, Instant now) const;

  db::Database& database_;
  const std::int64_t organization_;
  const scoring::ModelLimits limits_;
};

}  // namespace sextant::velocity
