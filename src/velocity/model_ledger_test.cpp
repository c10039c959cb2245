#include "velocity/model_ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/log.hpp"
#include "scoring/model_scorer.hpp"
#include "testing/scoring_diffs.hpp"
#include "testing/scoring_model_server.hpp"
#include "testing/velocity_fixture.hpp"

namespace sextant::velocity {
namespace {

using scoring::ModelLedger;
using scoring::ModelQuestion;
using scoring::Spending;
using ::testing::HasSubstr;
using testing::value_of;
using namespace std::chrono_literals;

class ModelLedgerTest : public testing::VelocityFixture {
 protected:
  static ModelQuestion question(const std::string& about) {
    return {.diff_hash = scoring::fingerprint(about),
            .rubric = "1.0",
            .guidelines = "",
            .model = "openai/thinker-1",
            .request = scoring::fingerprint("request " + about)};
  }
  StoredModelLedger ledger_of(std::int64_t whose) {
    return StoredModelLedger(*database, whose, limits);
  }
  ModelLedger::Word begin(const std::string& about, const Spending& most = {100, 1000}) {
    auto ledger = ledger_of(organization);
    return value_of(ledger.begin(question(about), most, clock.now(), 60s));
  }
  std::int64_t granted(const std::string& about, const Spending& most = {100, 1000}) {
    const auto word = begin(about, most);
    EXPECT_TRUE(std::holds_alternative<ModelLedger::Granted>(word)) << about;
    const auto* grant = std::get_if<ModelLedger::Granted>(&word);
    return grant ? grant->claim : 0;
  }
  void end(const std::string& about, std::int64_t claim, const std::string& answer,
           const Spending& spent = {70, 700}, const Spending& reserved = {100, 1000}) {
    auto ledger = ledger_of(organization);
    value_of(ledger.end(question(about), {.claim = claim,
                                          .began = clock.now(),
                                          .reserved = reserved,
                                          .spent = spent,
                                          .answer = answer}));
  }
  std::vector<std::int64_t> day() {
    const auto reader = value_of(database->reader());
    const auto row = value_of(reader->row(
        db::Query("SELECT questions, tokens, micro_dollars FROM model_days WHERE organization = {}",
                  organization),
        [](const db::Row& r) {
          return std::vector<std::int64_t>{r.integer(0), r.integer(1), r.integer(2)};
        }));
    return row.value_or(std::vector<std::int64_t>{});
  }

  scoring::ModelLimits limits{
      .tokens_per_day = 1000, .micro_dollars_per_day = 10'000, .concurrency = 3};
};

SEXTANT_ON_EVERY_DATABASE(ModelLedgerTest);

template <typename Kind>
bool is(const ModelLedger::Word& word) {
  return std::holds_alternative<Kind>(word);
}

TEST_P(ModelLedgerTest, GrantsAQuestionOnceAndThenHasItsAnswer) {
  const auto claim = granted("a");
  EXPECT_TRUE(is<ModelLedger::Busy>(begin("a")));
  end("a", claim, "the answer");
  const auto word = begin("a");
  ASSERT_TRUE(is<ModelLedger::Kept>(word));
  EXPECT_EQ(std::get<ModelLedger::Kept>(word).answer, "the answer");
  EXPECT_EQ(day(), (std::vector<std::int64_t>{1, 70, 700}));
}

TEST_P(ModelLedgerTest, MayAskAgainWhatBroughtNoAnswer) {
  end("a", granted("a"), "");
  EXPECT_NE(granted("a"), 0);
}

TEST_P(ModelLedgerTest, TakesAGrantBackFromWhoeverHasDied) {
  const auto dead = granted("a");
  clock.advance(61s);
  const auto claim = granted("a");
  end("a", dead, "too late", {0, 0}, {0, 0});
  EXPECT_TRUE(is<ModelLedger::Busy>(begin("a")));
  end("a", claim, "in time");
  EXPECT_EQ(std::get<ModelLedger::Kept>(begin("a")).answer, "in time");
  // What the dead one reserved stays spent: nobody knows what it cost.
  EXPECT_EQ(day(), (std::vector<std::int64_t>{2, 170, 1700}));
}

TEST_P(ModelLedgerTest, HoldsAsManyQuestionsUnderWayAsTheLimitSays) {
  const auto first = granted("a");
  granted("b");
  granted("c");
  EXPECT_TRUE(is<ModelLedger::Busy>(begin("d")));
  end("a", first, "x");
  granted("d");
}

TEST_P(ModelLedgerTest, RefusesWhatCouldPassTheDaysTokens) {
  end("a", granted("a"), "x", {950, 10});
  const auto word = begin("b");
  ASSERT_TRUE(is<ModelLedger::Refused>(word));
  EXPECT_THAT(std::get<ModelLedger::Refused>(word).reason,
              HasSubstr("limit of 1000 tokens a day, llm.tokens_per_day, leaves no room"));
  EXPECT_EQ(std::get<ModelLedger::Refused>(begin("b", {900, 10})).reason,
            std::get<ModelLedger::Refused>(word).reason)
      << "thousands are told in one line";
  EXPECT_TRUE(is<ModelLedger::Kept>(begin("a"))) << "what is known costs nothing";
  granted("b", {50, 10});
}

TEST_P(ModelLedgerTest, RefusesWhatCouldPassTheDaysDollars) {
  end("a", granted("a"), "x", {1, 9'500});
  const auto word = begin("b");
  ASSERT_TRUE(is<ModelLedger::Refused>(word));
  EXPECT_THAT(std::get<ModelLedger::Refused>(word).reason, HasSubstr("0.01 dollars a day"));
}

TEST_P(ModelLedgerTest, CountsWhatIsUnderWayAsSpent) {
  granted("a", {600, 10});
  EXPECT_TRUE(is<ModelLedger::Refused>(begin("b", {600, 10})));
}

TEST_P(ModelLedgerTest, BeginsAnewEachDay) {
  end("a", granted("a"), "x", {1000, 10});
  EXPECT_TRUE(is<ModelLedger::Refused>(begin("b")));
  clock.advance(24h);
  granted("b");
}

TEST_P(ModelLedgerTest, KeepsOrganisationsApart) {
  end("a", granted("a"), "x", {1000, 10});
  auto other = ledger_of(make_organization("other"));
  EXPECT_TRUE(
      is<ModelLedger::Granted>(value_of(other.begin(question("a"), {100, 1000}, clock.now(), 60s))))
      << "neither answers nor budgets are shared";
}

TEST_P(ModelLedgerTest, ForgetsWhatHasHadItsTime) {
  end("old", granted("old"), "x");
  end("failed", granted("failed"), "");
  clock.advance(models_kept + std::chrono::days{1});
  end("young", granted("young"), "y");
  const auto under_way = granted("under way");
  std::int64_t removed = 0;
  value_of(database->write([&](db::Connection& db) -> Result<void> {
    removed = value_of(purge_models(db, organization, clock.now()));
    EXPECT_EQ(value_of(purge_models(db, organization, clock.now())), 0);
    return {};
  }));
  EXPECT_EQ(removed, 3) << "an answer, a question without one, a day";
  EXPECT_TRUE(is<ModelLedger::Kept>(begin("young")));
  EXPECT_TRUE(is<ModelLedger::Busy>(begin("under way")));
  end("under way", under_way, "z");
  EXPECT_NE(granted("old"), 0) << "it is asked anew";
}

TEST_P(ModelLedgerTest, CountsWhatBecameOfQuestionsOverAllOrganisations) {
  using scoring::ModelOutcome;
  const auto counts = [&] {
    const auto reader = value_of(database->reader());
    return value_of(count_model_questions(*reader));
  };
  const auto of = [](const ModelCounts& all, ModelOutcome outcome) {
    return all[static_cast<std::size_t>(outcome)];
  };
  const scoring::TokenUse tokens{.input = 100, .cached = 60, .output = 5};
  {
    auto ledger = ledger_of(organization);
    ledger.count({ModelOutcome::answered, tokens, 7, 1500ms});
    EXPECT_EQ(of(counts(), ModelOutcome::answered).questions, 1) << "at once";
    ledger.count({ModelOutcome::kept, {}, 0, 0ms});
  }
  EXPECT_EQ(of(counts(), ModelOutcome::kept).questions, 1) << "at the end at the latest";
  auto other = ledger_of(make_organization("other"));
  other.count({ModelOutcome::answered, tokens, 7, 1500ms});
  const ModelCount answered = of(counts(), ModelOutcome::answered);
  EXPECT_EQ(answered.questions, 2);
  EXPECT_EQ(answered.tokens_in, 200);
  EXPECT_EQ(answered.tokens_in_cached, 120);
  EXPECT_EQ(answered.tokens_out, 10);
  EXPECT_EQ(answered.micro_dollars, 14);
  EXPECT_EQ(answered.milliseconds, 3000);
}

// Of many at once exactly one asks; nobody passes a limit.
TEST_P(ModelLedgerTest, LetsOneOfManyAsk) {
  limits.concurrency = 2;
  std::atomic<int> grants = 0;
  std::atomic<int> same = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      auto ledger = ledger_of(organization);
      same += is<ModelLedger::Granted>(
          value_of(ledger.begin(question("same"), {100, 1000}, clock.now(), 60s)));
      grants += is<ModelLedger::Granted>(
          value_of(ledger.begin(question(std::to_string(i)), {100, 1000}, clock.now(), 60s)));
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(same, 1);
  EXPECT_EQ(same + grants, 2);
  EXPECT_EQ(day(), (std::vector<std::int64_t>{2, 200, 2000}));
}

// The whole way: requests of which nobody knows what they cost, each counted in full.
TEST_P(ModelLedgerTest, LetsNoRepetitionPassALimit) {
  log::set_level(log::Level::off);
  testing::ModelServer server(scoring::ModelProvider::openai);
  limits.tokens_per_day = 12'000;
  scoring::ModelSettings settings = server.settings();
  settings.timeout = 100ms;
  const testing::DiffText text =
      testing::DiffText().add("src/cache.go", testing::program(testing::Tongue::go, 1, 60));
  const git::Diff diff = text.diff();
  const auto fallback = [&] {
    auto ledger = ledger_of(organization);
    const auto scorer =
        scoring::make_model_scorer(settings, {}, ledger, {clock, [](std::chrono::milliseconds) {}});
    return value_of(scorer->score({.diff = diff})).model->fallback;
  };
  for (int i = 0; i < 4; ++i) server.next(testing::hanging());
  EXPECT_THAT(fallback(), HasSubstr("limit of 12000 tokens a day"));
  EXPECT_EQ(server.count(), 1u);
  ASSERT_EQ(day().at(0), 1);
  EXPECT_GT(day().at(1), 6'000) << "the first may have to be paid";
  EXPECT_LE(day().at(1), 12'000);

  limits.tokens_per_day = 24'000;
  EXPECT_THAT(fallback(), HasSubstr("limit of 24000 tokens a day"));
  EXPECT_EQ(server.count(), 3u);
  EXPECT_LE(day().at(1), 24'000);
  log::set_level(log::Level::info);
}

// The whole way: two workers score the same change at once, and the server is asked once.
TEST_P(ModelLedgerTest, NothingIsPaidForTwice) {
  log::set_level(log::Level::off);
  const testing::ModelServer server(scoring::ModelProvider::openai);
  limits = {};
  const testing::DiffText text =
      testing::DiffText().add("src/cache.go", testing::program(testing::Tongue::go, 1, 60));
  const git::Diff diff = text.diff();
  const auto score = [&] {
    auto ledger = ledger_of(organization);
    const auto scorer = scoring::make_model_scorer(
        server.settings(), {}, ledger,
        {clock, [](std::chrono::milliseconds) { std::this_thread::yield(); }});
    return value_of(scorer->score({.diff = diff}));
  };
  std::vector<scoring::Score> scores(4);
  std::vector<std::thread> threads;
  for (scoring::Score& one : scores) threads.emplace_back([&] { one = score(); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(server.count(), 1u);
  int paid = 0;
  for (const scoring::Score& one : scores) {
    EXPECT_EQ(one.model->fallback, "");
    EXPECT_EQ(one.final_score, scores[0].final_score);
    EXPECT_EQ(one.inputs_hash, scores[0].inputs_hash);
    paid += one.model->was_kept ? 0 : 1;
  }
  EXPECT_EQ(paid, 1);
  EXPECT_EQ(day(), (std::vector<std::int64_t>{1, 1050, 0}));
  log::set_level(log::Level::info);
}

}  // namespace
}  // namespace sextant::velocity
