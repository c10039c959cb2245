#include "scoring/model_scorer.hpp"

#include "scoring/effort.hpp"
#include "testing/scoring_model_fixture.hpp"

namespace sextant::scoring {
namespace {

using testing::answer;
using testing::DiffText;
using ::testing::HasSubstr;
using testing::Lines;
using testing::ModelServer;
using testing::Tongue;

class ModelScorer : public testing::ScoringWithModel {};
SEXTANT_IN_EVERY_PROTOCOL(ModelScorer);

TEST_P(ModelScorer, ReplacesTheSubScoresAndKeepsTheStaticOnes) {
  ModelSettings settings = server.settings();
  settings.mode = ModelMode::replace;
  const Score alone = testing::score_of(change());
  const Score score = this->score(settings);
  EXPECT_EQ(score.scorer, "llm/1");
  EXPECT_EQ(points(score), (std::array{3, 3, 3, 3, 3, 3}));
  EXPECT_EQ(score.base, 18);
  EXPECT_EQ(score.final_score,
            scaled(18, static_cast<int>(std::lround(alone.effort_factor * 10'000))));
  ASSERT_TRUE(score.model);
  EXPECT_EQ(score.model->fallback, "");
  EXPECT_EQ(score.model->model, std::string(name(GetParam())) + "/thinker-1");
  EXPECT_EQ(score.model->static_scores, points(alone));
  EXPECT_EQ(score.model->static_scorer, alone.scorer);
  EXPECT_EQ(score.model->answered, (std::array{3, 3, 3, 3, 3, 3}));
  ASSERT_EQ(score.dimensions[0].factors.size(), 1u);
  EXPECT_EQ(factors_text(score.dimensions[0]), "Says the model about scope.");
  ASSERT_EQ(score.dimensions[0].factors[0].evidence.size(), 1u);
  EXPECT_EQ(score.dimensions[0].factors[0].evidence[0].path, "src/api/routes.go");
  EXPECT_EQ(score.dimensions[0].factors[0].evidence[0].first_line, 40);
}

TEST_P(ModelScorer, AdjustsEachSubScoreByAtMostTheBound) {
  const Score alone = testing::score_of(change());
  for (const int said : {0, 20}) {
    ModelServer extreme(
        GetParam(), [said](const auto& question) { return testing::model_answer(question, said); });
    for (const int bound : {0, 1, 3}) {
      ModelSettings settings = extreme.settings();
      settings.adjust_max = bound;
      const Score score = this->score(settings);
      ASSERT_EQ(score.model->fallback, "");
      for (std::size_t i = 0; i < dimension_count; ++i) {
        const int before = alone.dimensions[i].score;
        const int most = max_score(static_cast<Dimension>(i));
        const int wanted = said == 0 ? std::max(0, before - bound) : std::min(most, before + bound);
        EXPECT_EQ(score.dimensions[i].score, wanted) << i;
        EXPECT_EQ(score.dimensions[i].factors.back().points, wanted - before);
      }
      EXPECT_EQ(score.model->static_scores, points(alone));
    }
  }
}

TEST_P(ModelScorer, GivesNoPointsForTestsThatAreNotThere) {
  constexpr auto quality = static_cast<std::size_t>(Dimension::quality);
  ModelServer generous(GetParam(),
                       [](const auto& question) { return testing::model_answer(question, 20); });
  const DiffText untested = DiffText().add("src/cache.go", testing::program(Tongue::go, 1, 80));
  DiffText documented = untested;
  documented.add("README.md", Lines(60, "How it is used."));
  ASSERT_GT(testing::score_of(documented).dimensions[quality].score, 0);
  for (const ModelMode mode : {ModelMode::adjust, ModelMode::replace})
    for (const DiffText& change : {untested, documented}) {
      ModelSettings settings = generous.settings();
      settings.mode = mode;
      const Score alone = testing::score_of(change);
      const Score score = this->score(settings, change);
      ASSERT_EQ(score.model->fallback, "");
      EXPECT_EQ(score.model->answered[quality], 15) << "what it said is kept";
      EXPECT_EQ(score.dimensions[quality].score, alone.dimensions[quality].score);
      EXPECT_GT(score.dimensions[0].score, alone.dimensions[0].score);
    }
}

TEST_P(ModelScorer, WritesDownTokensAndCost) {
  ModelSettings settings = server.settings();
  settings.prices = {
      .input = 3'000'000, .output = 15'000'000, .cached_input = 300'000, .cache_write = 3'750'000};
  const Score score = this->score(settings);
  const TokenUse& tokens = score.model->tokens;
  EXPECT_EQ(tokens.input, 1000);
  EXPECT_EQ(tokens.cached, 600);
  EXPECT_EQ(tokens.output, 50);
  const bool is_anthropic = GetParam() == ModelProvider::anthropic;
  EXPECT_EQ(tokens.cache_written, is_anthropic ? 300 : 0);
  const int cost = is_anthropic ? 100 * 3 + 300 * 375 / 100 + 600 * 3 / 10 + 50 * 15
                                : 400 * 3 + 600 * 3 / 10 + 50 * 15;
  EXPECT_EQ(score.model->micro_dollars, cost);
  ASSERT_EQ(ledger.ended.size(), 1u);
  EXPECT_EQ(ledger.ended[0].spent.tokens, 1050);
  EXPECT_EQ(ledger.ended[0].spent.micro_dollars, cost);
  EXPECT_EQ(ledger.ended[0].claim, 7);
  EXPECT_GE(ledger.ended[0].reserved.tokens, settings.answer_tokens);
}

TEST_P(ModelScorer, TakesAKeptAnswerWithoutAsking) {
  score();
  const std::string kept = ledger.ended.at(0).answer;
  ASSERT_NE(kept, "");
  ledger.words.push_back(ModelLedger::Kept{kept});
  const Score again = score();
  EXPECT_EQ(server.count(), 1u);
  EXPECT_TRUE(again.model->was_kept);
  EXPECT_EQ(again.model->tokens.input, 0);
  EXPECT_EQ(again.model->micro_dollars, 0);
  EXPECT_EQ(again.model->answered, (std::array{3, 3, 3, 3, 3, 3}));
  EXPECT_EQ(ledger.ended.size(), 1u);
}

TEST_P(ModelScorer, AsksADifferentQuestionWhenDiffGuidelinesOrModelDiffer) {
  const Guidelines guidelines{.version = 4, .text = "Migrations matter most here.", .ignore = {}};
  ModelSettings other = server.settings();
  other.model = "thinker-2";
  score();
  score();
  score(DiffText().add("a.py", {"x = 1"}));
  const Score guided = score(server.settings(), change(), &guidelines);
  score(other);
  ASSERT_EQ(ledger.questions.size(), 5u);
  const auto key = [&](std::size_t i) {
    const ModelQuestion& q = ledger.questions[i];
    return std::tuple(q.diff_hash, q.rubric, q.guidelines, q.model, q.request);
  };
  EXPECT_EQ(key(0), key(1));
  for (std::size_t i = 2; i < 5; ++i)
    for (std::size_t j = 1; j < i; ++j) EXPECT_NE(key(i), key(j)) << i << " " << j;
  EXPECT_EQ(guided.model->guidelines_version, 4);
  EXPECT_THAT(server.questions()[3].system, HasSubstr("Migrations matter most here."));
}

TEST_P(ModelScorer, WaitsWhileOthersAskAndThenTakesTheirAnswer) {
  score();
  const std::string kept = ledger.ended.at(0).answer;
  ledger.words = {ModelLedger::Busy{}, ModelLedger::Busy{}, ModelLedger::Kept{kept}};
  const Score score = this->score();
  EXPECT_EQ(server.count(), 1u);
  EXPECT_EQ(waits.size(), 2u);
  EXPECT_EQ(score.model->fallback, "");
}

TEST_P(ModelScorer, DoesNotWaitForEverWhileOthersAsk) {
  for (int i = 0; i < 10'000; ++i) ledger.words.push_back(ModelLedger::Busy{});
  const Score score = this->score();
  EXPECT_THAT(score.model->fallback, HasSubstr("others asked"));
  EXPECT_EQ(server.count(), 0u);
}

TEST_P(ModelScorer, LetsTheStaticScoreStandBeyondALimit) {
  ledger.words.push_back(ModelLedger::Refused{"the limit is reached"});
  const Score score = this->score();
  EXPECT_EQ(score.model->fallback, "the limit is reached");
  EXPECT_EQ(score.scorer, testing::score_of(change()).scorer);
  EXPECT_EQ(server.count(), 0u);
}

TEST_P(ModelScorer, AsksNothingAboutAChangeInWhichNothingCounts) {
  const Score score = this->score(DiffText().add("package-lock.json", {"{}"}));
  EXPECT_FALSE(score.model);
  EXPECT_EQ(server.count(), 0u);
}

TEST_P(ModelScorer, ComplainsOnceAboutAMalformedAnswer) {
  server.next_text("I think it deserves 20 points.");
  const Score score = this->score();
  EXPECT_EQ(score.model->fallback, "");
  ASSERT_EQ(server.count(), 2u);
  EXPECT_THAT(testing::around_change_in(server.questions()[1].user),
              HasSubstr("An answer before was not taken: it is not one JSON object"));
  EXPECT_EQ(score.model->tokens.output, 100) << "both were paid";
}

TEST_P(ModelScorer, LetsTheStaticScoreStandAfterTwoMalformedAnswers) {
  const auto question = [&] {
    score();
    return server.questions().back();
  }();
  auto too_high = testing::model_answer(question, 3);
  too_high["risk"]["score"] = 21;
  auto elsewhere = testing::model_answer(question, 3);
  elsewhere["scope"]["evidence"] = {"src/elsewhere.go:1"};
  auto seven = testing::model_answer(question, 3);
  seven["charm"] = seven["risk"];
  const std::pair<std::string, std::string> wrongs[] = {
      {too_high.dump(), "risk.score takes 0 to 20"},
      {elsewhere.dump(), "scope.evidence names a file that is not in the change"},
      {seven.dump(), "more than the six dimensions"},
      {"{}", "scope is missing"},
      {"[1, 2", "not one JSON object"}};
  for (const auto& [text, reason] : wrongs) {
    server.next_text(text);
    server.next_text(text);
    expect_fallback(score(), reason);
  }
  for (int i = 0; i < 2; ++i) server.next(answer(200, "", R"({"error": "Unexpected endpoint"})"));
  expect_fallback(score(),
                  "no message of the protocol; see llm.base_url and llm.provider, \"Unexpected "
                  "endpoint\"");
}

TEST_P(ModelScorer, CountsWhatAServerDoesNotCount) {
  nlohmann::json message;
  const std::string text = [&] {
    score();
    return testing::model_answer(server.questions().back(), 3).dump();
  }();
  if (GetParam() == ModelProvider::openai)
    message["choices"] = {{{"message", {{"content", text}}}}};
  else
    message["content"] = {{{"type", "text"}, {"text", text}}};
  server.next(answer(200, "", message.dump()));
  EXPECT_EQ(score().model->fallback, "");
  EXPECT_EQ(ledger.ended.back().spent.tokens, ledger.reserved.back().tokens);
}

}  // namespace
}  // namespace sextant::scoring
