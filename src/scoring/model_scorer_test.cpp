#include "scoring/model_scorer.hpp"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.hpp"
#include "scoring/effort.hpp"
#include "testing/fake_clock.hpp"
#include "testing/scoring_diffs.hpp"
#include "testing/scoring_model_server.hpp"

namespace sextant::scoring {
namespace {

using testing::answer;
using testing::DiffText;
using ::testing::HasSubstr;
using testing::ModelServer;
using testing::RawAnswer;
using testing::Tongue;
using namespace std::chrono_literals;

// Lets everything be asked and writes down what it is told; says once what a test wants it to say.
class OpenLedger : public ModelLedger {
 public:
  Result<Word> begin(const ModelQuestion& question, const Spending& most, Instant,
                     std::chrono::milliseconds) override {
    questions.push_back(question);
    reserved.push_back(most);
    if (words.empty()) return Word{Granted{7}};
    Word word = words.front();
    words.pop_front();
    return word;
  }
  Result<void> end(const ModelQuestion&, const Ended& one) override {
    ended.push_back(one);
    return {};
  }

  void count(const Counted& one) override { counted.push_back(one); }

  std::deque<Word> words;
  std::vector<ModelQuestion> questions;
  std::vector<Spending> reserved;
  std::vector<Ended> ended;
  std::vector<Counted> counted;
};

DiffText change() {
  return DiffText()
      .add("src/store/cache.go", testing::program(Tongue::go, 1, 80))
      .change("src/api/routes.go", 40, {"\told := route(a)"}, testing::program(Tongue::go, 2, 20));
}

class WithModel : public ::testing::TestWithParam<ModelProvider> {
 protected:
  void SetUp() override { log::set_level(log::Level::off); }
  void TearDown() override { log::set_level(log::Level::info); }

  ModelWorld world() {
    return {clock, [this](std::chrono::milliseconds time) {
              waits.push_back(time);
              clock.advance(time);
            }};
  }
  Score score(const ModelSettings& settings, const DiffText& text = change(),
              const Guidelines* guidelines = nullptr) {
    const auto scorer = make_model_scorer(settings, {}, ledger, world());
    const git::Diff diff = text.diff();
    auto scored = scorer->score({.diff = diff, .guidelines = guidelines});
    EXPECT_TRUE(scored);
    return *std::move(scored);
  }
  Score score(const DiffText& text = change()) { return score(server.settings(), text); }

  static std::array<int, dimension_count> points(const Score& score) {
    std::array<int, dimension_count> all{};
    for (std::size_t i = 0; i < dimension_count; ++i) all[i] = score.dimensions[i].score;
    return all;
  }
  // The static score stands, with this reason.
  void expect_fallback(const Score& score, const std::string& reason) {
    const Score alone = testing::score_of(change());
    ASSERT_TRUE(score.model);
    EXPECT_THAT(score.model->fallback, HasSubstr(reason));
    EXPECT_EQ(score.scorer, alone.scorer);
    EXPECT_EQ(points(score), points(alone));
    EXPECT_EQ(score.final_score, alone.final_score);
    EXPECT_EQ(score.inputs_hash, alone.inputs_hash);
    ASSERT_FALSE(ledger.ended.empty());
    EXPECT_EQ(ledger.ended.back().answer, "");
  }

  // With real waits: once the server has been asked, a stop ends the scoring.
  void expect_a_stop_to_end_it(const ModelSettings& settings) {
    std::stop_source stopping;
    const auto scorer = make_model_scorer(settings, {}, ledger, real_world(stopping.get_token()));
    const DiffText text = change();
    const git::Diff diff = text.diff();
    const std::jthread stopper([&] {
      while (server.count() == 0) std::this_thread::yield();
      stopping.request_stop();
    });
    EXPECT_FALSE(scorer->score({.diff = diff}));
  }

  ModelServer server{GetParam()};
  testing::FakeClock clock;
  std::vector<std::chrono::milliseconds> waits;
  OpenLedger ledger;
};

INSTANTIATE_TEST_SUITE_P(Speaks, WithModel,
                         ::testing::Values(ModelProvider::anthropic, ModelProvider::openai),
                         [](const auto& info) { return std::string(name(info.param)); });

TEST_P(WithModel, ReplacesTheSubScoresAndKeepsTheStaticOnes) {
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

TEST_P(WithModel, AdjustsEachSubScoreByAtMostTheBound) {
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

TEST_P(WithModel, WritesDownTokensAndCost) {
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

TEST_P(WithModel, TakesAKeptAnswerWithoutAsking) {
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

TEST_P(WithModel, AsksADifferentQuestionWhenDiffGuidelinesOrModelDiffer) {
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

TEST_P(WithModel, WaitsWhileOthersAskAndThenTakesTheirAnswer) {
  score();
  const std::string kept = ledger.ended.at(0).answer;
  ledger.words = {ModelLedger::Busy{}, ModelLedger::Busy{}, ModelLedger::Kept{kept}};
  const Score score = this->score();
  EXPECT_EQ(server.count(), 1u);
  EXPECT_EQ(waits.size(), 2u);
  EXPECT_EQ(score.model->fallback, "");
}

TEST_P(WithModel, DoesNotWaitForEverWhileOthersAsk) {
  for (int i = 0; i < 10'000; ++i) ledger.words.push_back(ModelLedger::Busy{});
  const Score score = this->score();
  EXPECT_THAT(score.model->fallback, HasSubstr("others asked"));
  EXPECT_EQ(server.count(), 0u);
}

TEST_P(WithModel, LetsTheStaticScoreStandBeyondALimit) {
  ledger.words.push_back(ModelLedger::Refused{"the limit is reached"});
  const Score score = this->score();
  EXPECT_EQ(score.model->fallback, "the limit is reached");
  EXPECT_EQ(score.scorer, testing::score_of(change()).scorer);
  EXPECT_EQ(server.count(), 0u);
}

TEST_P(WithModel, AsksNothingAboutAChangeInWhichNothingCounts) {
  const Score score = this->score(DiffText().add("package-lock.json", {"{}"}));
  EXPECT_FALSE(score.model);
  EXPECT_EQ(server.count(), 0u);
}

TEST_P(WithModel, TriesAgainWhenAskedToComeLater) {
  server.next(answer(429, "Retry-After: 7\r\n"));
  const Score score = this->score();
  EXPECT_EQ(score.model->fallback, "");
  ASSERT_EQ(waits.size(), 1u);
  EXPECT_GE(waits[0], 6s);
  EXPECT_LE(waits[0], 7s);
  EXPECT_EQ(server.count(), 2u);
}

TEST_P(WithModel, BacksOffFromFaultsAndGivesUpAtLast) {
  for (int i = 0; i < 4; ++i) server.next(answer(500 + i));
  expect_fallback(score(), "the model's server answered 503");
  EXPECT_EQ(server.count(), 4u);
  ASSERT_EQ(waits.size(), 3u);
  EXPECT_GE(waits[0], 1s);
  EXPECT_GE(waits[1], 2s);
  EXPECT_GE(waits[2], 4s);
  EXPECT_EQ(ledger.ended.back().spent.tokens, 0);
}

TEST_P(WithModel, GivesUpAtOnceWhenItWouldHaveToWaitBeyondTheDeadline) {
  server.next(answer(429, "Retry-After: 3600\r\n"));
  expect_fallback(score(), "answered 429");
  EXPECT_EQ(server.count(), 1u);
  EXPECT_TRUE(waits.empty());
}

TEST_P(WithModel, RepeatsNothingThatCannotPass) {
  server.next(
      answer(401, "", R"({"error": {"type": "authentication_error", "message": "bad key"}})"));
  expect_fallback(score(), "answered 401, authentication_error: the key is refused");
  EXPECT_EQ(server.count(), 1u);
}

TEST_P(WithModel, LeavesAHangingServer) {
  ModelSettings settings = server.settings();
  settings.timeout = 100ms;
  settings.attempts = 2;
  server.next(testing::hanging());
  server.next(testing::hanging());
  expect_fallback(score(settings), "no whole answer within 100 ms");
  // What a server may have worked on counts as spent.
  EXPECT_EQ(ledger.ended.back().spent.tokens, 2 * ledger.reserved.back().tokens);
}

TEST_P(WithModel, CountsNothingWhereNobodyListens) {
  ModelSettings settings = server.settings();
  {
    const ModelServer gone(GetParam());
    settings.base_url = gone.settings().base_url;
  }
  expect_fallback(score(settings), "connect");
  EXPECT_EQ(waits.size(), 3u);
  EXPECT_EQ(ledger.ended.back().spent.tokens, 0);
}

TEST_P(WithModel, LeavesADrippingServer) {
  ModelSettings settings = server.settings();
  settings.timeout = 200ms;
  settings.attempts = 1;
  server.next(testing::dripping());
  expect_fallback(score(settings), "no whole answer within 200 ms");
}

TEST_P(WithModel, TriesAgainAfterACutStream) {
  server.next(testing::cut_in_the_middle());
  EXPECT_EQ(score().model->fallback, "");
  EXPECT_EQ(server.count(), 2u);
}

TEST_P(WithModel, RefusesAnAnswerOfTenMegabytes) {
  server.next(testing::ten_megabytes());
  expect_fallback(score(), "longer than 1 MB");
  EXPECT_EQ(server.count(), 1u);
}

TEST_P(WithModel, KeepsTheReasonOfARefusal) {
  server.next(server.refusal());
  expect_fallback(score(), "refused");
  EXPECT_EQ(server.count(), 1u);
}

TEST_P(WithModel, KeepsTheReasonOfAnAnswerThatRanOut) {
  server.next(server.out_of_tokens());
  expect_fallback(score(), "did not fit");
  EXPECT_EQ(server.count(), 1u);
}

TEST_P(WithModel, ComplainsOnceAboutAMalformedAnswer) {
  server.next_text("I think it deserves 20 points.");
  const Score score = this->score();
  EXPECT_EQ(score.model->fallback, "");
  ASSERT_EQ(server.count(), 2u);
  EXPECT_THAT(testing::around_change_in(server.questions()[1].user),
              HasSubstr("An answer before was not taken: it is not one JSON object"));
  EXPECT_EQ(score.model->tokens.output, 100) << "both were paid";
}

TEST_P(WithModel, LetsTheStaticScoreStandAfterTwoMalformedAnswers) {
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
  for (int i = 0; i < 2; ++i) server.next(answer(200, "", "<html>Welcome</html>"));
  expect_fallback(score(), "no message of the protocol");
}

TEST_P(WithModel, CountsWhatAServerDoesNotCount) {
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

TEST_P(WithModel, EndsAtOnceWhenItIsStoppedWhileItWaits) {
  std::stop_source stopping;
  server.next(answer(500));
  const ModelWorld stopped{clock, [&](auto) { stopping.request_stop(); }, stopping.get_token()};
  const auto scorer = make_model_scorer(server.settings(), {}, ledger, stopped);
  const DiffText text = change();
  const git::Diff diff = text.diff();
  const auto scored = scorer->score({.diff = diff});
  ASSERT_FALSE(scored) << "a static score would be stored as the model's failure";
  EXPECT_EQ(scored.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(server.count(), 1u);
  ASSERT_EQ(ledger.ended.size(), 1u) << "the claim is given back";
  EXPECT_EQ(ledger.ended[0].spent.tokens, 0);
  EXPECT_EQ(ledger.counted.back().outcome, ModelOutcome::stopped);
  EXPECT_FALSE(scorer->score({.diff = diff}));
  EXPECT_EQ(server.count(), 1u) << "nothing more is asked";
}

TEST_P(WithModel, EndsAtOnceWhenItIsStoppedWhileTheServerThinks) {
  ModelSettings settings = server.settings();
  settings.timeout = 10min;
  settings.deadline = 20min;
  server.next(testing::hanging());
  expect_a_stop_to_end_it(settings);
  EXPECT_EQ(ledger.ended.at(0).spent.tokens, ledger.reserved.at(0).tokens)
      << "it may have to be paid";
}

TEST_P(WithModel, EndsARealWaitWhenItIsStopped) {
  ModelSettings settings = server.settings();
  settings.retry_wait = 10min;
  settings.deadline = 60min;
  server.next(answer(500));
  expect_a_stop_to_end_it(settings);
}

TEST_P(WithModel, CountsWhatBecameOfEachQuestion) {
  const auto outcome = [&](RawAnswer bad) {
    ModelSettings settings = server.settings();
    settings.attempts = 1;
    server.next(std::move(bad));
    score(settings);
    return ledger.counted.back().outcome;
  };
  EXPECT_EQ(outcome(answer(401)), ModelOutcome::unauthorized);
  EXPECT_EQ(outcome(answer(429)), ModelOutcome::throttled);
  EXPECT_EQ(outcome(answer(503)), ModelOutcome::failed);
  EXPECT_EQ(outcome(testing::cut_in_the_middle()), ModelOutcome::unreachable);
  EXPECT_EQ(outcome(server.refusal()), ModelOutcome::declined);
  server.next_text("no");
  EXPECT_EQ(outcome(server.message("no")), ModelOutcome::malformed);
  score();
  EXPECT_EQ(ledger.counted.back().outcome, ModelOutcome::answered);
  EXPECT_EQ(ledger.counted.back().tokens.input, 1000);
  ledger.words = {ModelLedger::Kept{ledger.ended.back().answer}, ModelLedger::Refused{"spent"}};
  score();
  EXPECT_EQ(ledger.counted.back().outcome, ModelOutcome::kept);
  score();
  EXPECT_EQ(ledger.counted.back().outcome, ModelOutcome::limited);
}

TEST_P(WithModel, LeavesAFailingServerAloneForAWhile) {
  score();
  const std::string kept = ledger.ended.at(0).answer;
  ModelSettings settings = server.settings();
  settings.attempts = 1;
  const auto scorer = make_model_scorer(settings, {}, ledger, world());
  const DiffText text = change();
  const git::Diff diff = text.diff();
  for (int i = 0; i < 5; ++i) server.next(answer(500));
  for (int i = 0; i < 20; ++i) (void)scorer->score({.diff = diff});
  EXPECT_EQ(server.count(), 6u);
  EXPECT_THAT(scorer->score({.diff = diff})->model->fallback, HasSubstr("left alone"));
  ledger.words.push_back(ModelLedger::Kept{kept});
  EXPECT_EQ(scorer->score({.diff = diff})->model->fallback, "") << "what is known needs no server";
  clock.advance(2min);
  EXPECT_EQ(scorer->score({.diff = diff})->model->fallback, "");
}

}  // namespace
}  // namespace sextant::scoring
