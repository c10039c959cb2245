#include "git/file_texts.hpp"

#include <gtest/gtest.h>

#include "testing/git_repositories.hpp"

namespace sextant::git {
namespace {

class WholeTexts : public ::testing::Test {
 protected:
  std::vector<std::optional<std::string>> read(const std::vector<FilePlace>& places,
                                               std::size_t bytes_most = 1000) {
    auto texts = reader.read(places, bytes_most);
    EXPECT_TRUE(texts) << texts.error().message;
    return texts.value_or(std::vector<std::optional<std::string>>());
  }

  testing::GitRepository source;
  testing::TemporaryFolder scratch;
  const std::string first = source.commit({.files = {{"a b.txt", "one\ntwo"}}});
  const std::string second =
      source.commit({.files = {{"a b.txt", std::string(500, 'x')}, {"empty", ""}}});
  const Repository repository = Repository::open(source.path(), scratch.path()).value();
  FileTexts reader{repository};
};

TEST_F(WholeTexts, AreThoseOfTheirCommits) {
  const auto texts = read({{first, "a b.txt"}, {second, "a b.txt"}, {second, "empty"}});
  ASSERT_EQ(texts.size(), 3u);
  EXPECT_EQ(texts[0], "one\ntwo");
  EXPECT_EQ(texts[1], std::string(500, 'x'));
  EXPECT_EQ(texts[2], "");
  EXPECT_EQ(read({{first, "a b.txt"}}).front(), "one\ntwo") << "the same child answers again";
}

TEST_F(WholeTexts, AreMissingWhereNothingOfThatSizeCanBeRead) {
  const auto texts = read({{first, "none"},
                           {second, "a b.txt"},
                           {first, ""},
                           {"", "a b.txt"},
                           {"0123456789012345678901234567890123456789", "a b.txt"},
                           {first, "line\nend"},
                           {first, "a b.txt"}},
                          499);
  for (std::size_t i = 0; i + 1 < texts.size(); ++i) EXPECT_EQ(texts[i], std::nullopt) << i;
  EXPECT_EQ(texts.back(), "one\ntwo") << "what cannot be read does not disturb the rest";
}

}  // namespace
}  // namespace sextant::git
