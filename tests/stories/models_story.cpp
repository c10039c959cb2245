// A language model asked from the command line, with nothing set but the environment.
#include <signal.h>

#include <cstdlib>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "testing/git_repositories.hpp"
#include "testing/scoring_model_server.hpp"

namespace sextant {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class ModelsStory : public ::testing::Test {
 protected:
  ModelsStory() {
    repository.squash_pull_request(
        1, {.message = "Add", .files = {{"src/a.py", "def a(x):\n  if x:\n    return 1\n"}}});
    program.output("import git " + repository.path().string() + " --repo acme/api");
  }
  ~ModelsStory() override {
    for (const std::string& name : set_) ::unsetenv(name.c_str());
  }
  void set(const std::string& name, const std::string& value) {
    set_.push_back("SEXTANT_LLM_" + name);
    ::setenv(set_.back().c_str(), value.c_str(), 1);
  }
  void set_up_model() {
    set("PROVIDER", "anthropic");
    set("BASE_URL", server.settings().base_url);
    set("API_KEY", "sk-story");
    set("MODEL", "thinker-1");
    set("ATTEMPTS", "1");
  }

  testing::GitRepository repository;
  testing::Program program;
  testing::ModelServer server{scoring::ModelProvider::anthropic};

 private:
  std::vector<std::string> set_;
};

TEST_F(ModelsStory, ItsOpinionIsAskedForShownAndNotReplayed) {
  set_up_model();
  EXPECT_EQ(program.output("score --scorer llm"), "acme/api: scored 0, unchanged 0, skipped 0");
  EXPECT_EQ(program.output("score --rescore --scorer llm"),
            "acme/api: scored 1, unchanged 0, skipped 0");
  EXPECT_EQ(program.output("score --rescore --scorer llm"),
            "acme/api: scored 0, unchanged 1, skipped 0");
  EXPECT_EQ(server.count(), 1u);
  const std::string shown = program.output("explain acme/api#1");
  EXPECT_THAT(shown, HasSubstr("Says the model about risk"));
  EXPECT_THAT(shown, HasSubstr("Model anthropic/thinker-1, adjust by 2 points at most"));
  EXPECT_THAT(shown, HasSubstr("tokens: 1000 in (600 cached), 50 out"));
  const json detail = json::parse(program.output("explain acme/api#1 --json"));
  EXPECT_EQ(detail["model"]["model_scores"]["risk"], json(3));
  const testing::Ran verified = program.run("verify");
  EXPECT_EQ(verified.status, 3);
  EXPECT_THAT(verified.output, HasSubstr("same 0, different 0, not replayable 1"));
}

TEST_F(ModelsStory, TheStaticScoreStandsWhereItFailsAndTheCommandSaysSo) {
  set_up_model();
  const json before = json::parse(program.output("explain acme/api#1 --json"));
  server.next(testing::answer(401));
  const testing::Ran ran = program.run("score --rescore --scorer llm");
  EXPECT_EQ(ran.status, 3);
  EXPECT_THAT(ran.output, HasSubstr("scored 1 (by the static scorer alone 1), unchanged 0"));
  const json after = json::parse(program.output("explain acme/api#1 --json"));
  EXPECT_EQ(after["score"], before["score"]);
  EXPECT_THAT(after["model"]["fallback_reason"].get<std::string>(), HasSubstr("401"));
  EXPECT_THAT(program.output("explain acme/api#1 --history"),
              HasSubstr("without a model: the model's server answered 401"));
  EXPECT_EQ(program.run("verify").status, 0) << "the static score is replayed";
}

TEST_F(ModelsStory, ASignalEndsItWhileItWaitsAndNothingIsStored) {
  set_up_model();
  set("TIMEOUT", "120s");
  set("DEADLINE", "300s");
  set("ATTEMPTS", "3");
  set("RETRY_WAIT", "60s");
  const std::string before = program.output("explain acme/api#1 --history");
  for (const char* command : {"score --rescore --scorer llm", "what-if acme/api --scorer llm"})
    for (const auto& bad : {testing::hanging(), testing::answer(500)}) {
      const std::size_t asked = server.count();
      server.next(bad);
      testing::RunningCommand running(program, command);
      while (server.count() == asked) std::this_thread::yield();
      EXPECT_EQ(running.end_by(SIGTERM), 1) << command;
    }
  EXPECT_EQ(program.output("explain acme/api#1 --history"), before);
}

TEST_F(ModelsStory, WhatIsAskedIsCounted) {
  set_up_model();
  server.next(testing::answer(429));
  EXPECT_EQ(program.run("score --rescore --scorer llm --repo ACME/api").status, 3);
  program.output("score --rescore --scorer llm");
  program.output("score --rescore --scorer llm");
  const testing::RunningServer running(program);
  const std::string metrics = running.get("/metrics").body;
  for (const char* line :
       {"sextant_model_questions_total{outcome=\"throttled\"} 1\n",
        "sextant_model_questions_total{outcome=\"answered\"} 1\n",
        "sextant_model_questions_total{outcome=\"kept\"} 1\n",
        "sextant_model_tokens_in_total 1000\n", "sextant_model_tokens_in_cached_total 600\n",
        "sextant_model_tokens_out_total 50\n"})
    EXPECT_THAT(metrics, HasSubstr(line));
  EXPECT_EQ(running.get("/metrics").body.find("acme"), std::string::npos);
}

TEST_F(ModelsStory, WithoutAModelItSaysWhatToSet) {
  EXPECT_EQ(program.run("score --scorer llm").status, 1);
  set("PROVIDER", "openai");
  EXPECT_EQ(program.run("score").status, 1);
  EXPECT_EQ(program.run("score --scorer oracle").status, 2);
  EXPECT_EQ(server.count(), 0u);
}

}  // namespace
}  // namespace sextant
