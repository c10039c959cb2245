#include "forge/people.hpp"

#include <gtest/gtest.h>

namespace sextant::forge {
namespace {

TEST(LoginFromEmail, ReadsBothFormsOfGitHub) {
  EXPECT_EQ(login_from_email("1234+alice@users.noreply.github.com"), "alice");
  EXPECT_EQ(login_from_email("alice@users.noreply.github.com"), "alice");
  EXPECT_EQ(login_from_email("12-monkeys@users.noreply.github.com"), "12-monkeys");
  EXPECT_EQ(login_from_email("1234+Alice@Users.NoReply.GitHub.com"), "Alice");
  EXPECT_EQ(login_from_email("4969+dependabot[bot]@users.noreply.github.com"), "dependabot[bot]");
}

TEST(LoginFromEmail, ReadsGitLabsAndBitbucketsAndOwnServers) {
  EXPECT_EQ(login_from_email("123-bob@users.noreply.gitlab.com"), "bob");
  EXPECT_EQ(login_from_email("bob-by@users.noreply.gitlab.com"), "bob-by");
  EXPECT_EQ(login_from_email("77+carol@users.noreply.bitbucket.org"), "carol");
  EXPECT_EQ(login_from_email("9-dan-d@users.noreply.git.example.com"), "dan-d");
}

TEST(LoginFromEmail, FindsNoneInOtherAddresses) {
  EXPECT_EQ(login_from_email("alice@example.com"), "");
  EXPECT_EQ(login_from_email("noreply@github.com"), "");
  EXPECT_EQ(login_from_email("alice"), "");
  EXPECT_EQ(login_from_email(""), "");
}

TEST(IsBot, KnowsMarkedAndWellKnownBots) {
  EXPECT_TRUE(is_bot("dependabot[bot]", "support@github.com", ""));
  EXPECT_TRUE(is_bot("x", "4969+dependabot[bot]@users.noreply.github.com", ""));
  EXPECT_TRUE(is_bot("x", "", "some-app[bot]"));
  EXPECT_TRUE(is_bot("Renovate Bot", "bot@renovateapp.com", ""));
  EXPECT_TRUE(is_bot("GitHub Actions", "actions@github.com", ""));
  EXPECT_TRUE(is_bot("pre-commit-ci", "", ""));
}

TEST(IsBot, LeavesPeopleAlone) {
  EXPECT_FALSE(is_bot("Abbott", "abbott@example.com", "abbott"));
  EXPECT_FALSE(is_bot("Talbot", "talbot@example.com", "talbot"));
  EXPECT_FALSE(is_bot("", "", ""));
  EXPECT_FALSE(is_bot("Jenkins Smith", "j@example.com", ""));
}

}  // namespace
}  // namespace sextant::forge
