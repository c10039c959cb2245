#include "git/attributes.hpp"

#include <gtest/gtest.h>

#include "testing/git_repositories.hpp"

namespace sextant::git {
namespace {

constexpr std::string_view generated = "linguist-generated";

Attributes with(std::string_view content, std::string_view folder = "") {
  Attributes attributes;
  attributes.add_file(folder, content);
  return attributes;
}

TEST(Attributes, ReadsSetUnsetAndUnsaid) {
  const Attributes attributes = with(
      "# a comment\n"
      "*.pb.go linguist-generated\r\n"
      "*.a   linguist-generated=true text eol=lf\n"
      "*.b\t-linguist-generated\n"
      "*.c linguist-generated=false\n"
      "docs/** linguist-documentation=false\n"
      "*.png binary\n");
  EXPECT_EQ(attributes.flag("x/y.pb.go", generated), true);
  EXPECT_EQ(attributes.flag("y.a", generated), true);
  EXPECT_EQ(attributes.flag("y.b", generated), false);
  EXPECT_EQ(attributes.flag("y.c", generated), false);
  EXPECT_EQ(attributes.flag("y.d", generated), std::nullopt);
  EXPECT_EQ(attributes.flag("docs/a/b.md", "linguist-documentation"), false);
  EXPECT_EQ(attributes.flag("a/x.png", "binary"), true);
  EXPECT_EQ(attributes.flag("a/x.png", generated), std::nullopt);
}

TEST(Attributes, LetsTheLaterRuleWinAndTakeBack) {
  const Attributes attributes = with(
      "*.js linguist-generated\nsrc/*.js -linguist-generated\nsrc/odd.js !linguist-generated\n");
  EXPECT_EQ(attributes.flag("dist/a.js", generated), true);
  EXPECT_EQ(attributes.flag("src/a.js", generated), false);
  EXPECT_EQ(attributes.flag("src/odd.js", generated), std::nullopt);
}

TEST(Attributes, LetsTheDeeperFileWinInAnyOrder) {
  Attributes attributes;
  attributes.add_file("web/", "*.js -linguist-generated\n/only.css linguist-generated\n");
  attributes.add_file("", "*.js linguist-generated\n");
  EXPECT_EQ(attributes.flag("web/x/a.js", generated), false);
  EXPECT_EQ(attributes.flag("a.js", generated), true);
  EXPECT_EQ(attributes.flag("web/only.css", generated), true);
  EXPECT_EQ(attributes.flag("web/x/only.css", generated), std::nullopt);
  EXPECT_EQ(attributes.flag("only.css", generated), std::nullopt);
}

TEST(Attributes, MatchesNamesAnywhereAndPathsFromTheirFolder) {
  const Attributes attributes = with(
      "name.txt linguist-generated\n/top.txt linguist-generated\na/b.txt linguist-generated\n"
      "folder/ linguist-generated\n!no.txt linguist-generated\n\"with blank.txt\" "
      "linguist-generated\n");
  EXPECT_EQ(attributes.flag("x/y/name.txt", generated), true);
  EXPECT_EQ(attributes.flag("top.txt", generated), true);
  EXPECT_EQ(attributes.flag("x/top.txt", generated), std::nullopt);
  EXPECT_EQ(attributes.flag("a/b.txt", generated), true);
  EXPECT_EQ(attributes.flag("x/a/b.txt", generated), std::nullopt);
  EXPECT_EQ(attributes.flag("folder/a.txt", generated), std::nullopt);
  EXPECT_EQ(attributes.flag("no.txt", generated), std::nullopt);
  EXPECT_EQ(attributes.flag("with blank.txt", generated), true);
}

class AttributesHistory : public ::testing::Test {
 protected:
  std::vector<std::shared_ptr<const Attributes>> read(const std::vector<CommitPair>& pairs) {
    const auto opened = Repository::open(repository.path(), scratch.path());
    EXPECT_TRUE(opened) << opened.error().message;
    auto states = read_attributes(*opened, pairs);
    EXPECT_TRUE(states) << states.error().message;
    return states ? *states : std::vector<std::shared_ptr<const Attributes>>{};
  }
  testing::TemporaryFolder scratch;
  testing::GitRepository repository;
};

TEST_F(AttributesHistory, FollowsTheFilesFromCommitToCommit) {
  const auto first = repository.commit({.files = {{"a.js", "1"}}});
  const auto second =
      repository.commit({.files = {{".gitattributes", "*.js linguist-generated\n"}}});
  const auto third = repository.commit({.files = {{"a.js", "2"}}});
  const auto fourth = repository.commit({.files = {{"w\xC3\xA9"
                                                    "b/.gitattributes",
                                                    "*.js -linguist-generated\n"}}});
  const auto fifth = repository.commit({.removed = {".gitattributes"}});
  const auto states =
      read({{first, ""}, {second, first}, {third, second}, {fourth, third}, {fifth, fourth}});
  ASSERT_EQ(states.size(), 5u);
  EXPECT_TRUE(states[0]->empty());
  EXPECT_EQ(states[1]->flag("a.js", generated), true);
  EXPECT_EQ(states[1], states[2]);
  EXPECT_EQ(states[3]->flag("w\xC3\xA9"
                            "b/a.js",
                            generated),
            false);
  EXPECT_EQ(states[3]->flag("a.js", generated), true);
  EXPECT_EQ(states[4]->flag("a.js", generated), std::nullopt);

  const auto later = read({{fourth, third}, {fifth, fourth}});
  ASSERT_EQ(later.size(), 2u);
  EXPECT_EQ(later[0]->flag("a.js", generated), true);
  EXPECT_EQ(later[1]->flag("a.js", generated), std::nullopt);
  EXPECT_TRUE(read({}).empty());
}

TEST_F(AttributesHistory, SeesWhatAMergeBroughtInAndNotWhatABranchTriesOut) {
  const auto first = repository.commit({.files = {{"a.js", "1"}}});
  const auto merge = repository.merge_pull_request(
      {.number = 1,
       .commits = {{.files = {{".gitattributes", "*.js binary\n"}}},
                   {.files = {{".gitattributes", "*.js linguist-generated\n"}}}}});
  const auto states = read({{first, ""}, {merge, first}});
  ASSERT_EQ(states.size(), 2u);
  EXPECT_EQ(states[1]->flag("a.js", generated), true);
  EXPECT_EQ(states[1]->flag("a.js", "binary"), std::nullopt);
}

}  // namespace
}  // namespace sextant::git
