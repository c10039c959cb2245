// For tests: a change scored with a model behind a real server, in either protocol.
#pragma once

#include <array>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.hpp"
#include "scoring/model_scorer.hpp"
#include "testing/fake_clock.hpp"
#include "testing/scoring_diffs.hpp"
#include "testing/scoring_model_server.hpp"

namespace sextant::testing {

// Lets everything be asked and writes down what it is told; says once what a test wants it to say.
class OpenLedger : public scoring::ModelLedger {
 public:
  Result<Word> begin(const scoring::ModelQuestion& question, const scoring::Spending& most, Instant,
                     std::chrono::milliseconds) override {
    questions.push_back(question);
    reserved.push_back(most);
    if (words.empty()) return Word{Granted{7}};
    Word word = words.front();
    words.pop_front();
    return word;
  }
  Result<std::optional<Refused>> reserve_more(const scoring::Spending& more, Instant) override {
    reserved_more.push_back(more);
    return refuses_more;
  }
  Result<void> end(const scoring::ModelQuestion&, const Ended& one) override {
    ended.push_back(one);
    return {};
  }
  void count(const Counted& one) override { counted.push_back(one); }

  std::deque<Word> words;
  std::vector<scoring::ModelQuestion> questions;
  std::vector<scoring::Spending> reserved;
  std::vector<scoring::Spending> reserved_more;
  std::optional<Refused> refuses_more;
  std::vector<Ended> ended;
  std::vector<Counted> counted;
};

class ScoringWithModel : public ::testing::TestWithParam<scoring::ModelProvider> {
 protected:
  using Points = std::array<int, scoring::dimension_count>;

  explicit ScoringWithModel(ModelServer::Model model = modest_answer)
      : server(GetParam(), std::move(model)) {}

  void SetUp() override { log::set_level(log::Level::off); }
  void TearDown() override { log::set_level(log::Level::info); }

  // With tests, so that every sub-score can have points.
  static DiffText change() {
    return DiffText()
        .add("src/store/cache.go", program(Tongue::go, 1, 80))
        .add("src/store/cache_test.go", program(Tongue::go, 3, 30))
        .change("src/api/routes.go", 40, {"\told := route(a)"}, program(Tongue::go, 2, 20));
  }
  static Points points(const scoring::Score& score) {
    Points all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = score.dimensions[i].score;
    return all;
  }

  // A clock that no wait makes wait.
  scoring::ModelWorld world() {
    return {clock, [this](std::chrono::milliseconds time) {
              waits.push_back(time);
              clock.advance(time);
            }};
  }
  scoring::Score score(const scoring::ModelSettings& settings, const DiffText& text = change(),
                       const scoring::Guidelines* guidelines = nullptr) {
    const auto scorer = make_model_scorer(settings, {}, ledger, world());
    const git::Diff diff = text.diff();
    auto scored = scorer->score({.diff = diff, .guidelines = guidelines});
    EXPECT_TRUE(scored);
    return *std::move(scored);
  }
  scoring::Score score(const DiffText& text = change()) { return score(server.settings(), text); }

  // The static score stands, with this reason.
  void expect_fallback(const scoring::Score& score, const std::string& reason) {
    const scoring::Score alone = score_of(change());
    ASSERT_TRUE(score.model);
    EXPECT_THAT(score.model->fallback, ::testing::HasSubstr(reason));
    EXPECT_EQ(score.scorer, alone.scorer);
    EXPECT_EQ(points(score), points(alone));
    EXPECT_EQ(score.final_score, alone.final_score);
    EXPECT_EQ(score.inputs_hash, alone.inputs_hash);
    ASSERT_FALSE(ledger.ended.empty());
    EXPECT_EQ(ledger.ended.back().answer, "");
  }

  ModelServer server;
  FakeClock clock;
  std::vector<std::chrono::milliseconds> waits;
  OpenLedger ledger;
};

}  // namespace sextant::testing

// Every test of the fixture, in both protocols.
#define SEXTANT_IN_EVERY_PROTOCOL(fixture)                            \
  INSTANTIATE_TEST_SUITE_P(                                           \
      Speaks, fixture,                                                \
      ::testing::Values(::sextant::scoring::ModelProvider::anthropic, \
                        ::sextant::scoring::ModelProvider::openai),   \
      [](const auto& info) { return std::string(::sextant::scoring::name(info.param)); })
