#include "git/file_log.hpp"

#include <gtest/gtest.h>

#include "testing/git_repositories.hpp"

namespace sextant::git {
namespace {

using testing::GitRepository;
using testing::TemporaryFolder;

class FileLogs : public ::testing::Test {
 protected:
  FileLog read() {
    const auto repository = Repository::open(theirs.path(), scratch.path() / "reading");
    if (!repository) throw std::runtime_error(repository.error().message);
    auto log = FileLog::read(*repository, theirs.head(), [](std::string_view title) {
      return title.find("Fix") != std::string_view::npos;
    });
    if (!log) throw std::runtime_error(log.error().message);
    return *std::move(log);
  }
  TemporaryFolder scratch;
  GitRepository theirs;
};

TEST_F(FileLogs, CountWhatHappenedBeforeACommitAndNotInItOrAfter) {
  const std::string first = theirs.commit({.message = "Add", .files = {{"a b", "1"}, {"c", "1"}}});
  const std::string second = theirs.commit({.message = "Fix it", .files = {{"a b", "2"}}});
  const std::string third = theirs.commit({.message = "Go on", .files = {{"a b", "3"}}});
  const FileLog log = read();
  EXPECT_EQ(log.commits(), 3u);
  EXPECT_EQ(log.before(first, "a b").changes, 0);
  EXPECT_EQ(log.before(second, "a b").changes, 1);
  EXPECT_EQ(log.before(second, "a b").marked, 0);
  EXPECT_EQ(log.before(third, "a b").changes, 2);
  EXPECT_EQ(log.before(third, "a b").marked, 1);
  EXPECT_EQ(log.before(third, "c").changes, 1);
  EXPECT_EQ(log.before(third, "nowhere").changes, 0);
}

TEST_F(FileLogs, TellAgeByTheCommitsOwnTime) {
  theirs.commit({.message = "Add", .files = {{"a", "1"}}});
  theirs.set_time(theirs.time() + std::chrono::hours(24 * 200));
  theirs.commit({.message = "Change", .files = {{"a", "2"}}});
  theirs.set_time(theirs.time() + std::chrono::hours(24 * 10));
  const std::string last = theirs.commit({.message = "Change", .files = {{"a", "3"}}});
  const FileLog::Past past = read().before(last, "a");
  EXPECT_EQ(past.changes, 2);
  EXPECT_EQ(past.age_days, 210);
}

TEST_F(FileLogs, AMergeIsOneChangeAndItsOwnCommitsAreNoneOfItsPast) {
  theirs.commit({.message = "Add", .files = {{"a", "1"}}});
  const std::string merge = theirs.merge_pull_request(
      {.number = 7,
       .title = "Two steps",
       .commits = {{.message = "Fix one", .files = {{"a", "2"}}},
                   {.message = "Fix two", .files = {{"a", "3"}, {"b", "1"}}}}});
  const std::string after = theirs.commit({.message = "Go on", .files = {{"a", "4"}}});
  const FileLog log = read();
  EXPECT_EQ(log.commits(), 3u);
  EXPECT_EQ(log.before(merge, "a").changes, 1);
  EXPECT_EQ(log.before(after, "a").changes, 2);
  EXPECT_EQ(log.before(after, "b").changes, 1);
  EXPECT_EQ(log.before(after, "a").marked, 0) << "titles of the branch's own commits";
}

TEST_F(FileLogs, AFileThatMovesTakesItsPastAlong) {
  theirs.commit({.message = "Add", .files = {{"R100", "some lines\nthat are kept\n"}}});
  theirs.commit({.message = "Fix it", .files = {{"R100", "some lines\nthat were kept\n"}}});
  const std::string moving = theirs.commit(
      {.message = "Move", .files = {{"b/a", "some lines\nthat were kept\n"}}, .removed = {"R100"}});
  const std::string after = theirs.commit({.message = "Go on", .files = {{"b/a", "other"}}});
  const FileLog log = read();
  EXPECT_EQ(log.before(moving, "R100").changes, 2);
  EXPECT_EQ(log.before(after, "b/a").changes, 3);
  EXPECT_EQ(log.before(after, "b/a").marked, 1);
}

TEST_F(FileLogs, ACommitOffTheBranchHasNoPast) {
  theirs.commit({.message = "Add", .files = {{"a", "1"}}});
  const FileLog log = read();
  EXPECT_FALSE(log.holds(std::string(40, '0')));
  EXPECT_EQ(log.before(std::string(40, '0'), "a").changes, 0);
}

TEST_F(FileLogs, OddNamesAndTitlesAndEmptyCommitsAreReadAsTheyAre) {
  const std::string name = "odd\n\"name\"\t\xc3\xa4";
  theirs.commit({.message = "", .files = {{name, "1"}}});
  theirs.commit({.message = "/0123 5 Fix\n\n/4567 8 Fix"});
  const std::string last = theirs.commit({.message = "Remove", .removed = {name}});
  const FileLog log = read();
  EXPECT_EQ(log.commits(), 3u);
  EXPECT_EQ(log.before(last, name).changes, 1);
  EXPECT_EQ(log.before(last, name).marked, 0);
}

}  // namespace
}  // namespace sextant::git
