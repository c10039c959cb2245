// A language model asked from the command line, with nothing set but the environment.
#include <cstdlib>
#include <string>

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
  EXPECT_EQ(program.run("score --rescore --scorer llm").status, 3);
  const json after = json::parse(program.output("explain acme/api#1 --json"));
  EXPECT_EQ(after["score"], before["score"]);
  EXPECT_THAT(after["model"]["fallback_reason"].get<std::string>(), HasSubstr("401"));
  EXPECT_EQ(program.run("verify").status, 0) << "the static score is replayed";
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
