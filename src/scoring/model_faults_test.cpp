// What a model's server may do instead of answering, and what a stop ends: the static score stands,
// or nothing is scored.
#include <thread>

#include "testing/scoring_model_fixture.hpp"

namespace sextant::scoring {
namespace {

using testing::answer;
using testing::DiffText;
using ::testing::HasSubstr;
using testing::ModelServer;
using testing::RawAnswer;
using namespace std::chrono_literals;

class ModelFaults : public testing::ScoringWithModel {
 protected:
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
};
SEXTANT_IN_EVERY_PROTOCOL(ModelFaults);

TEST_P(ModelFaults, TriesAgainWhenAskedToComeLater) {
  server.next(answer(429, "Retry-After: 7\r\n"));
  const Score score = this->score();
  EXPECT_EQ(score.model->fallback, "");
  ASSERT_EQ(waits.size(), 1u);
  EXPECT_GE(waits[0], 6s);
  EXPECT_LE(waits[0], 7s);
  EXPECT_EQ(server.count(), 2u);
}

TEST_P(ModelFaults, BacksOffFromFaultsAndGivesUpAtLast) {
  for (int i = 0; i < 4; ++i) server.next(answer(500 + i));
  expect_fallback(score(), "the model's server answered 503");
  EXPECT_EQ(server.count(), 4u);
  ASSERT_EQ(waits.size(), 3u);
  EXPECT_GE(waits[0], 1s);
  EXPECT_GE(waits[1], 2s);
  EXPECT_GE(waits[2], 4s);
  EXPECT_EQ(ledger.ended.back().spent.tokens, 0);
}

TEST_P(ModelFaults, GivesUpAtOnceWhenItWouldHaveToWaitBeyondTheDeadline) {
  server.next(answer(429, "Retry-After: 3600\r\n"));
  expect_fallback(score(), "answered 429");
  EXPECT_EQ(server.count(), 1u);
  EXPECT_TRUE(waits.empty());
}

TEST_P(ModelFaults, RepeatsNothingThatCannotPass) {
  server.next(
      answer(401, "", R"({"error": {"type": "authentication_error", "message": "bad key"}})"));
  expect_fallback(score(), "answered 401, authentication_error: the key is refused");
  EXPECT_EQ(server.count(), 1u);
}

TEST_P(ModelFaults, SaysWhatTheServerSaidAndWhatToCheck) {
  const std::string key = server.settings().api_key.reveal();
  server.next(answer(400, "",
                     R"({"error": {"type": "invalid_request_error", "message": "max_tokens of )" +
                         key + R"( is too large"}})"));
  expect_fallback(score(),
                  "answered 400, invalid_request_error, \"max_tokens of *** is too large\"; see "
                  "llm.model and llm.base_url");
  server.next(answer(404));
  expect_fallback(score(), "answered 404; see llm.model and llm.base_url");
  server.next(answer(302, "Location: /login\r\n"));
  expect_fallback(score(), "answered 302; see llm.model and llm.base_url");
  EXPECT_EQ(server.count(), 3u);
}

TEST_P(ModelFaults, KnowsAWebPageForNoModelServer) {
  for (const int status : {200, 403}) {
    server.next(answer(status, "", "\n<!DOCTYPE html><html>Welcome</html>"));
    expect_fallback(score(), "a web page; see llm.base_url");
    EXPECT_EQ(ledger.ended.back().spent.tokens, 0) << "nobody charges for it";
  }
  EXPECT_EQ(server.count(), 2u) << "it is not asked again";
}

TEST_P(ModelFaults, LeavesAHangingServer) {
  ModelSettings settings = server.settings();
  settings.timeout = 100ms;
  settings.attempts = 2;
  server.next(testing::hanging());
  server.next(testing::hanging());
  expect_fallback(score(settings), "no whole answer within 100 ms");
  // What a server may have worked on counts as spent.
  EXPECT_EQ(ledger.ended.back().spent.tokens, 2 * ledger.reserved.back().tokens);
  ASSERT_EQ(ledger.reserved_more.size(), 1u) << "which was there, for the second, too";
  EXPECT_EQ(ledger.reserved_more[0].tokens, ledger.reserved.back().tokens);
  EXPECT_EQ(ledger.ended.back().reserved.tokens, 2 * ledger.reserved.back().tokens);
}

TEST_P(ModelFaults, AsksNoMoreThanADaysLimitHasRoomFor) {
  ModelSettings settings = server.settings();
  settings.timeout = 100ms;
  ledger.refuses_more = ModelLedger::Refused{"the limit is met"};
  server.next(answer(500));
  server.next(testing::hanging());
  expect_fallback(score(settings), "the limit is met");
  EXPECT_EQ(server.count(), 2u) << "a repetition of what cost nothing has room";
  EXPECT_EQ(ledger.counted.back().outcome, ModelOutcome::limited);
  EXPECT_EQ(ledger.ended.back().spent.tokens, ledger.reserved.back().tokens);
  EXPECT_EQ(ledger.ended.back().reserved.tokens, ledger.reserved.back().tokens);

  server.next_text("no");
  expect_fallback(score(settings), "the limit is met");
  EXPECT_EQ(server.count(), 3u) << "nor is complained about a malformed answer";
  EXPECT_EQ(ledger.ended.back().spent.tokens, 1050);
  EXPECT_EQ(ledger.reserved_more.back().tokens, 1050) << "the second may take the most again";
}

TEST_P(ModelFaults, NamesTheLimitsAndNotTheRestOfThemThatTheLastAttemptHad) {
  ModelSettings settings = server.settings();
  settings.timeout = 5s;
  settings.deadline = 1300ms;  // less by a wait that is never the same
  server.next(answer(500));
  server.next(testing::hanging());
  EXPECT_EQ(score(settings).model->fallback,
            "the model's server: no whole answer within 5000 ms (llm.timeout), or 1300 ms for all "
            "attempts (llm.deadline)");
}

TEST_P(ModelFaults, CountsNothingWhereNobodyListens) {
  ModelSettings settings = server.settings();
  {
    const ModelServer gone(GetParam());
    settings.base_url = gone.settings().base_url;
  }
  expect_fallback(score(settings), "connect");
  EXPECT_EQ(waits.size(), 3u);
  EXPECT_EQ(ledger.ended.back().spent.tokens, 0);
}

TEST_P(ModelFaults, LeavesADrippingServer) {
  ModelSettings settings = server.settings();
  settings.timeout = 200ms;
  settings.attempts = 1;
  server.next(testing::dripping());
  expect_fallback(score(settings), "no whole answer within 200 ms");
}

TEST_P(ModelFaults, TriesAgainAfterACutStream) {
  server.next(testing::cut_in_the_middle());
  EXPECT_EQ(score().model->fallback, "");
  EXPECT_EQ(server.count(), 2u);
}

TEST_P(ModelFaults, RefusesAnAnswerOfTenMegabytes) {
  server.next(testing::ten_megabytes());
  expect_fallback(score(), "longer than 1 MB");
  EXPECT_EQ(server.count(), 1u);
}

TEST_P(ModelFaults, KeepsTheReasonOfARefusal) {
  server.next(server.refusal());
  expect_fallback(score(), "refused");
  EXPECT_EQ(server.count(), 1u);
}

TEST_P(ModelFaults, KeepsTheReasonOfAnAnswerThatRanOut) {
  server.next(server.out_of_tokens());
  expect_fallback(score(), "did not fit");
  EXPECT_EQ(server.count(), 1u);
}

TEST_P(ModelFaults, EndsAtOnceWhenItIsStoppedWhileItWaits) {
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

TEST_P(ModelFaults, EndsAtOnceWhenItIsStoppedWhileTheServerThinks) {
  ModelSettings settings = server.settings();
  settings.timeout = 10min;
  settings.deadline = 20min;
  server.next(testing::hanging());
  expect_a_stop_to_end_it(settings);
  EXPECT_EQ(ledger.ended.at(0).spent.tokens, ledger.reserved.at(0).tokens)
      << "it may have to be paid";
}

TEST_P(ModelFaults, EndsARealWaitWhenItIsStopped) {
  ModelSettings settings = server.settings();
  settings.retry_wait = 10min;
  settings.deadline = 60min;
  server.next(answer(500));
  expect_a_stop_to_end_it(settings);
}

TEST_P(ModelFaults, CountsWhatBecameOfEachQuestion) {
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

TEST_P(ModelFaults, LeavesAFailingServerAloneForAWhile) {
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
