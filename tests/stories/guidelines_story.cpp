// A maintainer writes guidelines, looks at what they would change, and changes it.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "testing/git_repositories.hpp"

namespace sextant {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class GuidelinesStory : public ::testing::Test {
 protected:
  GuidelinesStory() {
    std::string text = "def run(items):\n";
    for (int i = 0; i < 40; ++i) text += "    if items[" + std::to_string(i) + "]:\n        go()\n";
    for (const char* path : {"src/a.py", "gen/b.py", "src/c.py"})
      repository.squash_pull_request(++number, {.message = "Change", .files = {{path, text}}});
    program.output("import git " + repository.path().string() + " --repo acme/api");
    std::ofstream(file) << "What is made by tools counts for nothing.\n\nignore: gen/**\n";
  }
  json scores() {
    return json::parse(program.output("what-if acme/api --json --limit 0"))["before"];
  }

  testing::Program program;
  testing::GitRepository repository;
  testing::TemporaryDirectory directory;
  std::string file = (directory.path() / "guidelines.md").string();
  int number = 0;
};

TEST_F(GuidelinesStory, TheyAreTriedPutInForceAndTakenBack) {
  const auto before = scores();
  const auto tried = json::parse(program.output("what-if acme/api --json --guidelines " + file));
  EXPECT_EQ(tried["compared"], 3);
  EXPECT_EQ(tried["down"], 1);
  ASSERT_EQ(tried["moved_most"].size(), 1U);
  EXPECT_EQ(tried["moved_most"][0]["reference"], "#2");
  EXPECT_EQ(tried["contributors"][0]["scores"], 3);
  EXPECT_EQ(scores(), before) << "nothing was written";

  EXPECT_THAT(program.output("guidelines set acme/api " + file + " --by Ada"),
              HasSubstr("version 1 is in force"));
  EXPECT_THAT(program.output("guidelines set acme/api " + file), HasSubstr("already"));
  EXPECT_EQ(scores(), before);
  program.output("score --rescore --repo acme/api");
  EXPECT_EQ(scores(), tried["after"]);
  program.output("verify --repo acme/api");
  EXPECT_THAT(program.output("explain acme/api#2"), HasSubstr("Guidelines: version 1"));

  program.output("guidelines set acme/api /dev/null --by Bob");
  EXPECT_EQ(program.output("guidelines restore acme/api 1 --by Bob"),
            "acme/api: version 3 is in force");
  const auto versions = json::parse(program.output("guidelines list acme/api --json"));
  ASSERT_EQ(versions.size(), 3U);
  EXPECT_EQ(versions[0]["restored_from"], 1);
  EXPECT_EQ(versions[2]["saved_by"], "Ada");
  EXPECT_THAT(program.output("guidelines show acme/api"), StartsWith("What is made by tools"));
  EXPECT_EQ(program.output("guidelines show acme/api --version 2"), "");
  const auto history = json::parse(program.output("explain acme/api#2 --history --json"));
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0]["guidelines_version"], 1);
  EXPECT_TRUE(history[1]["guidelines_version"].is_null());
}

TEST_F(GuidelinesStory, WhatIsShownOnATerminalHoldsForLittleAndForNothing) {
  const std::string three = program.output("what-if acme/api --effort-scale smooth");
  EXPECT_THAT(three, HasSubstr("acme/api: 3 scores compared"));
  EXPECT_THAT(three, HasSubstr("effort scale: smooth"));
  EXPECT_THAT(three, HasSubstr("No score was changed"));
  const std::string one = program.output("what-if acme/api --newest 1 --guidelines " + file);
  EXPECT_THAT(one, HasSubstr("acme/api: 1 score compared"));
  EXPECT_THAT(one, HasSubstr("Rank correlation of both orders: none"));
  repository.git({"checkout", "--quiet", "--orphan", "other"});
  repository.commit({.message = "Anew", .files = {{"src/d.py", "x = 1\n"}}});
  repository.git({"branch", "-f", "main", "other"});
  const auto none = program.run("what-if acme/api");
  EXPECT_EQ(none.status, 3);
  EXPECT_THAT(none.output, HasSubstr("acme/api: 0 scores compared"));
  EXPECT_THAT(none.output, HasSubstr("Could not be scored again: 3"));
  EXPECT_THAT(none.output, HasSubstr("#1: the branch does not have it any more"));
}

TEST_F(GuidelinesStory, NoNameSteersTheTerminal) {
  repository.squash_pull_request(
      ++number,
      {.message = "Red \x1b[31m", .files = {{"src/red\x1b[31m.py", "def red():\n  go()\n"}}});
  program.output("import git " + repository.path().string() + " --repo acme/api");
  const auto told = program.output("explain acme/api#" + std::to_string(number));
  EXPECT_THAT(told, HasSubstr("src/red [31m.py"));
  EXPECT_THAT(told, ::testing::Not(HasSubstr("\x1b")));
}

TEST_F(GuidelinesStory, WhatIsWrongIsSaidByTheExitStatus) {
  std::ofstream(file) << "ignore: [\n";
  EXPECT_EQ(program.run("guidelines set acme/api " + file).status, 1);
  EXPECT_EQ(program.run("what-if acme/api --guidelines " + file).status, 1);
  EXPECT_EQ(program.run("guidelines set acme/api " + directory.path().string()).status, 1);
  EXPECT_EQ(program.run("guidelines show acme/api").status, 1) << "there are none";
  EXPECT_EQ(program.run("guidelines list acme/api").status, 0);
  EXPECT_EQ(program.run("guidelines restore acme/api 1").status, 1);
  EXPECT_EQ(program.run("guidelines restore acme/api 0").status, 2);
  EXPECT_EQ(program.run("guidelines set acme/nothing " + file).status, 1);
  EXPECT_EQ(program.run("guidelines set acme " + file).status, 2);
  EXPECT_EQ(program.run("what-if acme/api --effort-scale steep").status, 2);
  EXPECT_EQ(program.run("explain --diff " + file + " --history").status, 2);
}

}  // namespace
}  // namespace sextant
