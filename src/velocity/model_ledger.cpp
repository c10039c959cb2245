#include "velocity/model_ledger.hpp"

#include <fmt/format.h>

#include "base/ids.hpp"

namespace sextant::velocity {
namespace {

using scoring::ModelQuestion;
using scoring::Spending;
using Word = scoring::ModelLedger::Word;

db::Blob blob(const scoring::Fingerprint& hash) {
  return db::Blob{{hash.begin(), hash.end()}};
}

std::int64_t day_number(Instant at) {
  return day_of(at).time_since_epoch().count();
}

db::Query& of_question(db::Query& query, std::int64_t organization, const ModelQuestion& question) {
  return query.append(
      " WHERE organization = {} AND diff_hash = {} AND rubric = {} AND guidelines = {}"
      " AND model = {} AND request = {}",
      organization, blob(question.diff_hash), question.rubric, question.guidelines, question.model,
      blob(question.request));
}

std::string dollars(std::int64_t micro_dollars) {
  return fmt::format("{:.2f}", static_cast<double>(micro_dollars) / 1'000'000);
}

}  // namespace

// What is there of the question; a grant where nothing speaks against asking.
Result<Word> StoredModelLedger::look(db::Connection& db, const ModelQuestion& question,
                                     Instant now) const {
  db::Query query("SELECT answer, claimed_until FROM model_answers");
  std::optional<Word> word;
  TRY(db.each(of_question(query, organization_, question), [&](const db::Row& row) {
    if (!row.is_null(0))
      word = Kept{std::string(row.text(0))};
    else if (row.time(1) > now)
      word = Busy{};
  }));
  if (word) return *word;
  const auto under_way =
      TRY(db.row(db::Query("SELECT COUNT(*) FROM model_answers WHERE organization = {}"
                           " AND claimed_until > {}",
                           organization_, now),
                 [](const db::Row& row) { return row.integer(0); }));
  if (under_way.value_or(0) >= limits_.concurrency) return Word{Busy{}};
  return Word{Granted{}};
}

// Counts the most that it may cost as spent, where the day's limits have room for it.
Result<Word> StoredModelLedger::reserve(db::Connection& db, const Spending& most,
                                        Instant now) const {
  Spending spent;
  TRY(db.each(db::Query("SELECT tokens, micro_dollars FROM model_days WHERE organization = {}"
                        " AND day = {}",
                        organization_, day_number(now)),
              [&](const db::Row& row) { spent = {row.integer(0), row.integer(1)}; }));
  if (spent.tokens + most.tokens > limits_.tokens_per_day)
    return Word{Refused{fmt::format(
        "the organisation's limit for models is reached: {} of {} tokens of the day are spent, and "
        "this could take {}",
        spent.tokens, limits_.tokens_per_day, most.tokens)}};
  if (spent.micro_dollars + most.micro_dollars > limits_.micro_dollars_per_day)
    return Word{Refused{fmt::format(
        "the organisation's limit for models is reached: {} of {} dollars of the day are spent, "
        "and this could take {}",
        dollars(spent.micro_dollars), dollars(limits_.micro_dollars_per_day),
        dollars(most.micro_dollars))}};
  TRY(db.post(db::Query(
      "INSERT INTO model_days (organization, day, questions, tokens, micro_dollars)"
      " VALUES ({}, {}, 1, {}, {}) ON CONFLICT (organization, day) DO UPDATE SET"
      " questions = model_days.questions + 1, tokens = model_days.tokens + excluded.tokens,"
      " micro_dollars = model_days.micro_dollars + excluded.micro_dollars",
      organization_, day_number(now), most.tokens, most.micro_dollars)));
  return Word{Granted{}};
}

Result<Word> StoredModelLedger::begin(const ModelQuestion& question, const Spending& most,
                                      Instant now, std::chrono::milliseconds lease) {
  {
    const auto reader = TRY(database_.reader());
    Word word = TRY(look(*reader, question, now));
    if (!std::holds_alternative<Granted>(word)) return word;
  }
  const std::int64_t claim = new_id();
  Word word;
  TRY(database_.write([&](db::Connection& db) -> Result<void> {
    word = TRY(look(db, question, now));
    if (!std::holds_alternative<Granted>(word)) return {};
    word = TRY(reserve(db, most, now));
    if (!std::holds_alternative<Granted>(word)) return {};
    word = Granted{claim};
    return db.post(db::Query(
        "INSERT INTO model_answers (organization, diff_hash, rubric, guidelines, model, request,"
        " answer, claim, claimed_until, answered_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, NULL, {}, {}, NULL)"
        " ON CONFLICT (organization, diff_hash, rubric, guidelines, model, request) DO UPDATE SET"
        " claim = excluded.claim, claimed_until = excluded.claimed_until",
        organization_, blob(question.diff_hash), question.rubric, question.guidelines,
        question.model, blob(question.request), claim, now + lease));
  }));
  return word;
}

Result<void> StoredModelLedger::end(const ModelQuestion& question, const Ended& ended) {
  return database_.write([&](db::Connection& db) -> Result<void> {
    db::Query answer("UPDATE model_answers SET claim = 0, claimed_until = 0");
    if (!ended.answer.empty())
      answer.append(", answer = {}, answered_at = {}", ended.answer, ended.began);
    of_question(answer, organization_, question).append(" AND claim = {}", ended.claim);
    TRY(db.post(answer));
    // What was reserved belongs to the day on which it began.
    return db.post(
        db::Query("UPDATE model_days SET tokens = tokens + {}, micro_dollars = micro_dollars + {}"
                  " WHERE organization = {} AND day = {}",
                  ended.spent.tokens - ended.reserved.tokens,
                  ended.spent.micro_dollars - ended.reserved.micro_dollars, organization_,
                  day_number(ended.began)));
  });
}

}  // namespace sextant::velocity
