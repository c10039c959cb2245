#include "velocity/model_ledger.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/ids.hpp"
#include "base/log.hpp"

namespace sextant::velocity {
namespace {

using scoring::ModelQuestion;
using scoring::Spending;
using Word = scoring::ModelLedger::Word;
using Refused = scoring::ModelLedger::Refused;

db::Blob blob(const scoring::Fingerprint& hash) {
  return db::Blob{{hash.begin(), hash.end()}};
}

constexpr int unwritten_most = 100;
constexpr int purged_at_once = 500;

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

Result<void> write_counts(db::Database& database, std::int64_t organization,
                          const ModelCounts& counts) {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const ModelCount& one = counts[i];
    if (one.questions == 0) continue;
    TRY(database.change(
        db::Query("INSERT INTO model_counts (organization, outcome, questions, tokens_in,"
                  " tokens_in_cached, tokens_out, micro_dollars, milliseconds)"
                  " VALUES ({}, {}, {}, {}, {}, {}, {}, {})"
                  " ON CONFLICT (organization, outcome) DO UPDATE SET"
                  " questions = model_counts.questions + excluded.questions,"
                  " tokens_in = model_counts.tokens_in + excluded.tokens_in,"
                  " tokens_in_cached = model_counts.tokens_in_cached + excluded.tokens_in_cached,"
                  " tokens_out = model_counts.tokens_out + excluded.tokens_out,"
                  " micro_dollars = model_counts.micro_dollars + excluded.micro_dollars,"
                  " milliseconds = model_counts.milliseconds + excluded.milliseconds",
                  organization, scoring::name(static_cast<scoring::ModelOutcome>(i)), one.questions,
                  one.tokens_in, one.tokens_in_cached, one.tokens_out, one.micro_dollars,
                  one.milliseconds),
        [](const db::Row&) {}));
  }
  return {};
}

void write_or_warn(db::Database& database, std::int64_t organization, const ModelCounts& counts) {
  if (const auto written = write_counts(database, organization, counts); !written)
    log::warning("model.uncounted", {{"reason", written.error().message}});
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
Result<std::optional<Refused>> StoredModelLedger::reserve(db::Connection& db, int questions,
                                                          const Spending& most, Instant on) const {
  Spending spent;
  TRY(db.each(db::Query("SELECT tokens, micro_dollars FROM model_days WHERE organization = {}"
                        " AND day = {}",
                        organization_, day_number(on)),
              [&](const db::Row& row) { spent = {row.integer(0), row.integer(1)}; }));
  // One text for all of a day's questions, so that whoever is told of thousands reads it once.
  const auto refused = [](std::string limit) {
    return Refused{
        fmt::format("the organisation's limit of {}, leaves no room for it today (UTC)", limit)};
  };
  if (spent.tokens + most.tokens > limits_.tokens_per_day)
    return refused(fmt::format("{} tokens a day, llm.tokens_per_day", limits_.tokens_per_day));
  if (spent.micro_dollars + most.micro_dollars > limits_.micro_dollars_per_day)
    return refused(fmt::format("{} dollars a day, llm.dollars_per_day",
                               dollars(limits_.micro_dollars_per_day)));
  TRY(db.post(
      db::Query("INSERT INTO model_days (organization, day, questions, tokens, micro_dollars)"
                " VALUES ({}, {}, {}, {}, {}) ON CONFLICT (organization, day) DO UPDATE SET"
                " questions = model_days.questions + excluded.questions,"
                " tokens = model_days.tokens + excluded.tokens,"
                " micro_dollars = model_days.micro_dollars + excluded.micro_dollars",
                organization_, day_number(on), questions, most.tokens, most.micro_dollars)));
  return std::nullopt;
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
    const auto refused = TRY(reserve(db, 1, most, now));
    if (refused) {
      word = *refused;
      return {};
    }
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

Result<std::optional<Refused>> StoredModelLedger::reserve_more(const Spending& more,
                                                               Instant began) {
  std::optional<Refused> refused;
  TRY(database_.write([&](db::Connection& db) -> Result<void> {
    refused = TRY(reserve(db, 0, more, began));
    return {};
  }));
  return refused;
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

StoredModelLedger::~StoredModelLedger() {
  if (unwritten_ > 0) write_or_warn(database_, organization_, counted_);
}

// A kept answer takes no time, and writing it down each time would: they wait for others.
void StoredModelLedger::count(const Counted& counted) {
  ModelCounts due;
  {
    const std::lock_guard lock(mutex_);
    ModelCount& sum = counted_[static_cast<std::size_t>(counted.outcome)];
    ++sum.questions;
    sum.tokens_in += counted.tokens.input;
    sum.tokens_in_cached += counted.tokens.cached;
    sum.tokens_out += counted.tokens.output;
    sum.micro_dollars += counted.micro_dollars;
    sum.milliseconds += counted.took.count();
    ++unwritten_;
    if (counted.outcome == scoring::ModelOutcome::kept && unwritten_ < unwritten_most) return;
    due = std::exchange(counted_, {});
    unwritten_ = 0;
  }
  write_or_warn(database_, organization_, due);
}

Result<ModelCounts> count_model_questions(db::Connection& db) {
  ModelCounts counts{};
  TRY(db.each(
      db::Query("SELECT outcome, CAST(SUM(questions) AS BIGINT), CAST(SUM(tokens_in) AS BIGINT),"
                " CAST(SUM(tokens_in_cached) AS BIGINT), CAST(SUM(tokens_out) AS BIGINT),"
                " CAST(SUM(micro_dollars) AS BIGINT), CAST(SUM(milliseconds) AS BIGINT)"
                " FROM model_counts GROUP BY outcome"),
      [&](const db::Row& row) {
        for (std::size_t i = 0; i < counts.size(); ++i)
          if (row.text(0) == scoring::name(static_cast<scoring::ModelOutcome>(i)))
            counts[i] = {row.integer(1), row.integer(2), row.integer(3),
                         row.integer(4), row.integer(5), row.integer(6)};
      }));
  return counts;
}

Result<std::int64_t> purge_models(db::Connection& db, std::int64_t organization, Instant now) {
  const Instant before = now - models_kept;
  const std::int64_t answers = TRY(db.execute(
      db::Query("DELETE FROM model_answers WHERE organization = {} AND claimed_until < {} AND"
                " (diff_hash, request) IN (SELECT diff_hash, request FROM model_answers"
                " WHERE organization = {} AND claimed_until < {}"
                " AND (answered_at IS NULL OR answered_at < {}) LIMIT {})",
                organization, now, organization, now, before, purged_at_once)));
  const std::int64_t days =
      TRY(db.execute(db::Query("DELETE FROM model_days WHERE organization = {} AND day < {}",
                               organization, day_number(before))));
  return answers + days;
}

}  // namespace sextant::velocity
