#include "forge/local/merge_styles.hpp"

#include <gtest/gtest.h>

namespace sextant::forge::local {
namespace {

void expect(std::string_view message, std::int64_t number, std::string_view title,
            std::string_view description) {
  SCOPED_TRACE(message);
  const ParsedMessage parsed = parse_message(message);
  EXPECT_EQ(parsed.number.value_or(0), number);
  EXPECT_EQ(parsed.title, title);
  EXPECT_EQ(parsed.description, description);
}

TEST(ParseMessage, ReadsGitHubMerges) {
  expect("Merge pull request #12 from ada/engine\n\nAdd the engine\n\nIt turns.\nTwice.\n", 12,
         "Add the engine", "It turns.\nTwice.");
  expect("Merge pull request #12 from ada/engine", 12, "Merge pull request #12 from ada/engine",
         "");
  expect("Merge pull request #12 from ada/engine\r\n\r\nTitle\r\n\r\nText\r\n", 12, "Title",
         "Text");
}

TEST(ParseMessage, ReadsSquashMergesByTheLastNumber) {
  expect("Fix the brake (#7)\n\n* one\n* two", 7, "Fix the brake", "* one\n* two");
  expect("Backport (#7) to 2.x (#9)", 9, "Backport (#7) to 2.x", "");
  expect("bpo-1: Fix it (GH-123)", 123, "bpo-1: Fix it", "");
  expect("Fix it (!8)", 8, "Fix it", "");
}

TEST(ParseMessage, ReadsBitbucketGitLabGiteaAndAzure) {
  expect("Merged in feature/x (pull request #31)\n\nAdd x\n\nApproved-by: Bo", 31, "Add x",
         "Approved-by: Bo");
  expect("Merge branch 'x' into 'main'\n\nAdd x\n\nWhy.\n\nCloses #4\n\nSee merge request a/b/c!55",
         55, "Add x", "Why.\n\nCloses #4");
  expect("Add x\n\nSee merge request !56\n", 56, "Add x", "");
  expect("Merge branch 'x'\n\nAdd x\n\nSee merge request https://g.example/a/b/-/merge_requests/57",
         57, "Add x", "");
  expect("Merge pull request 'Add x' (#58) from bo/x into main\n\nReviewed-on: y", 58, "Add x",
         "Reviewed-on: y");
  expect("Merged PR 59: Add x", 59, "Add x", "");
}

TEST(ParseMessage, ReadsMergeBots) {
  expect("Auto merge of #60 - bo:x, r=ada\n\nAdd x\n\nWhy.", 60, "Add x", "Why.");
  expect("Merge #61\n\n61: Add x r=ada a=bo\n\nWhy.", 61, "Add x", "Why.");
  expect("Merge #62 #63\n\n62: Add x r=ada a=bo\n\nWhy.\n\n63: Add y r=ada a=bo", 62, "Add x",
         "Why.\n\n63: Add y r=ada a=bo");
  expect("Merge bitcoin/bitcoin#64: Add x\n\nhash Why", 64, "Add x", "hash Why");
  expect("Merge PR #65: Add x", 65, "Add x", "");
}

TEST(ParseMessage, TakesEverythingElseForADirectCommit) {
  expect("Fix #12\n\nText", 0, "Fix #12", "Text");
  expect("Fix the brake (closes #12)", 0, "Fix the brake (closes #12)", "");
  expect("Fix (#0)", 0, "Fix (#0)", "");
  expect("Fix (#99999999999999999999)", 0, "Fix (#99999999999999999999)", "");
  expect("Merge branch 'x' (#12) of y", 0, "Merge branch 'x' (#12) of y", "");
  expect("Merge branch 'next'", 0, "Merge branch 'next'", "");
  expect("Merge tag 'v1' of git://x", 0, "Merge tag 'v1' of git://x", "");
  expect("Add x\n\nChange-Id: I0123\nReviewed-on: https://review/c/77", 0, "Add x",
         "Change-Id: I0123\nReviewed-on: https://review/c/77");
  expect("Say see merge request a/b!7", 0, "Say see merge request a/b!7", "");
  expect("", 0, "", "");
  expect("\n\n  \n", 0, "", "");
}

TEST(ParseMessage, FindsWhatIsReverted) {
  const auto reverted = [](std::string_view message) { return parse_message(message).reverts; };
  const std::string hash = "0123456789012345678901234567890123456789";
  EXPECT_EQ(reverted("Revert \"Fix (#12)\" (#45)\n\nReverts ada/engine#12"), "12");
  EXPECT_EQ(parse_message("Revert \"Fix (#12)\" (#45)").number, 45);
  EXPECT_EQ(parse_message("Revert \"Fix (#12)\"").number, std::nullopt);
  EXPECT_EQ(reverted("Revert \"Revert \"Fix (#12)\" (#13)\" (#14)"), "13");
  EXPECT_EQ(reverted("Revert \"Fix\"\n\nThis reverts commit " + hash + "."), hash);
  EXPECT_EQ(reverted("Undo the fix\n\nThis reverts commit " + hash + ", reversing"), hash);
  EXPECT_EQ(
      reverted("Merge pull request #46 from ada/revert-12-x\n\nRevert \"Fix\"\n\nReverts a/b#12"),
      "12");
  EXPECT_EQ(reverted("Many things (#50)\n\n* Revert \"x\"\n\nThis reverts commit " + hash), "");
  EXPECT_EQ(reverted("Fix (#12)"), "");
}

TEST(ParseMessage, BoundsAndMendsWhatStrangersWrite) {
  std::string umlauts;
  for (int i = 0; i < 1500; ++i) umlauts += "\xC3\xBC";
  EXPECT_EQ(parse_message(umlauts).title.size(), 2000u);
  const ParsedMessage huge = parse_message("Title\n\nx" + umlauts + std::string(1 << 20, 'y'));
  EXPECT_LE(huge.description.size(), 64u << 10);
  EXPECT_GT(huge.description.size(), 60u << 10);
  EXPECT_EQ(parse_message("a\xFF\xFE (#3)\n\nb\xC3").title, "a\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(parse_message("a (#3)\n\nb\xC3").description, "b\xEF\xBF\xBD");
}

}  // namespace
}  // namespace sextant::forge::local
