#include "forge/local/history.hpp"

#include <gtest/gtest.h>

#include "testing/git_repositories.hpp"

namespace sextant::forge::local {
namespace {

using testing::Commit;

class LocalHistory : public ::testing::Test {
 protected:
  git::Repository open() { return open(repository.path()); }
  git::Repository open(const std::filesystem::path& path) {
    auto opened = git::Repository::open(path, scratch.path());
    if (!opened) throw std::runtime_error(opened.error().message);
    return *opened;
  }
  History read(const HistoryOptions& options = {}) {
    auto history = read_history(open(), options);
    EXPECT_TRUE(history) << history.error().message;
    return history ? *history : History{};
  }
  std::string commit(const std::string& message,
                     const std::string& author = "Ada <ada@example.com>") {
    return repository.commit(
        {.message = message, .files = {{"file", std::to_string(++changes)}}, .author = author});
  }
  Commit change(const std::string& author) {
    ++changes;
    return {.files = {{"file" + std::to_string(changes), "x"}}, .author = author};
  }
  testing::TemporaryFolder scratch;
  testing::GitRepository repository;
  int changes = 0;
};

TEST_F(LocalHistory, IsEmptyWithoutCommits) {
  const History history = read();
  EXPECT_EQ(history.branch, "main");
  EXPECT_EQ(history.head, "");
  EXPECT_TRUE(history.merges.empty());
}

TEST_F(LocalHistory, TellsMergesSquashesAndDirectCommitsOldestFirst) {
  const auto first = commit("Begin");
  const auto merge =
      repository.merge_pull_request({.number = 1,
                                     .title = "Add the engine",
                                     .description = "It turns.",
                                     .commits = {change("Bo <bo@x>"), change("Cy <cy@x>")}});
  const auto squash =
      repository.squash_pull_request(2, {.message = "Fix\n\nBody",
                                         .files = {{"a", "1"}},
                                         .author = "Dee <4+dee@users.noreply.github.com>"});
  const History history = read();
  EXPECT_EQ(history.head, squash);
  ASSERT_EQ(history.merges.size(), 3u);

  EXPECT_EQ(history.merges[0].commit, first);
  EXPECT_EQ(history.merges[0].parent, "");
  EXPECT_EQ(history.merges[0].source_type, SourceType::commit);
  EXPECT_EQ(history.merges[0].number, std::nullopt);
  EXPECT_EQ(to_iso(history.merges[0].merged_at), "2024-01-01T01:00:00.000Z");

  EXPECT_EQ(history.merges[1].commit, merge);
  EXPECT_EQ(history.merges[1].parent, first);
  EXPECT_EQ(history.merges[1].source_type, SourceType::pull_request);
  EXPECT_EQ(history.merges[1].number, 1);
  EXPECT_EQ(history.merges[1].title, "Add the engine");
  EXPECT_EQ(history.merges[1].description, "It turns.");
  EXPECT_EQ(history.merges[1].author.email, "bo@x");
  EXPECT_EQ(to_iso(history.merges[1].opened_at), "2024-01-01T02:00:00.000Z");
  EXPECT_EQ(to_iso(history.merges[1].merged_at), "2024-01-01T04:00:00.000Z");

  EXPECT_EQ(history.merges[2].number, 2);
  EXPECT_EQ(history.merges[2].title, "Fix");
  EXPECT_EQ(history.merges[2].author.login, "dee");
  EXPECT_FALSE(history.merges[2].author.is_bot);
}

TEST_F(LocalHistory, CountsToABranchOnlyWhatNoEarlierMergeBrought) {
  commit("Begin");
  repository.git({"checkout", "--quiet", "-b", "long"});
  repository.commit(change("Eve <eve@x>"));
  repository.git({"checkout", "--quiet", "main"});
  repository.merge_pull_request({.number = 1, .commits = {change("Bo <bo@x>")}});
  repository.git({"checkout", "--quiet", "long"});
  repository.merge("main", "Merge branch 'main' into long");
  repository.commit(change("Flo <flo@x>"));
  repository.git({"checkout", "--quiet", "main"});
  repository.merge("long", "Merge pull request #2 from eve/long\n\nLong");
  repository.merge_pull_request({.number = 3, .commits = {change("Gus <gus@x>")}});
  const History history = read();
  ASSERT_EQ(history.merges.size(), 4u);
  EXPECT_EQ(history.merges[1].author.email, "bo@x");
  EXPECT_EQ(history.merges[2].author.email, "eve@x");
  EXPECT_EQ(to_iso(history.merges[2].opened_at), "2024-01-01T02:00:00.000Z");
  EXPECT_EQ(history.merges[3].author.email, "gus@x");
}

TEST_F(LocalHistory, TakesNobodyForAContributor) {
  commit("Begin");
  repository.merge_pull_request(
      {.number = 1, .commits = {change("GitHub <noreply@github.com>"), change("Bo <bo@x>")}});
  repository.squash_pull_request(2, change("GitHub <noreply@github.com>"));
  repository.squash_pull_request(
      3, change("dependabot[bot] <49+dependabot[bot]@users.noreply.github.com>"));
  const History history = read();
  EXPECT_EQ(history.merges[1].author.email, "bo@x");
  EXPECT_EQ(history.merges[2].author.email, "");
  EXPECT_EQ(history.merges[2].author.name, "");
  EXPECT_TRUE(history.merges[3].author.is_bot);
}

TEST_F(LocalHistory, LetsTheOldestKeepANumber) {
  commit("First (#5)");
  commit("Second (#5)");
  const History history = read();
  EXPECT_EQ(history.merges[0].number, 5);
  EXPECT_EQ(history.merges[1].number, std::nullopt);
  EXPECT_EQ(history.merges[1].source_type, SourceType::commit);
  EXPECT_EQ(history.merges[1].title, "Second (#5)");

  const History later = read({.known_head = history.merges[0].commit});
  ASSERT_EQ(later.merges.size(), 1u);
  EXPECT_EQ(later.merges[0].number, std::nullopt);
}

TEST_F(LocalHistory, NamesRevertedPullRequests) {
  const auto reverted = commit("First (#5)");
  const auto direct = commit("Direct");
  commit("Revert \"First\"\n\nThis reverts commit " + reverted + ".");
  commit("Revert \"Direct\"\n\nThis reverts commit " + direct.substr(0, 12) + ".");
  commit("Revert \"First (#5)\" (#45)");
  const History history = read();
  EXPECT_EQ(history.merges[2].reverts, "5");
  EXPECT_EQ(history.merges[3].reverts, direct);
  EXPECT_EQ(history.merges[4].reverts, "5");
  EXPECT_EQ(history.merges[4].number, 45);
}

TEST_F(LocalHistory, ReadsOnlyWhatIsNewSinceAKnownHead) {
  commit("Begin");
  repository.merge_pull_request({.number = 1, .commits = {change("Bo <bo@x>")}});
  const auto known = repository.head();
  EXPECT_TRUE(read({.known_head = known}).merges.empty());
  EXPECT_FALSE(read({.known_head = known}).was_rewritten);
  const auto later = repository.merge_pull_request({.number = 2, .commits = {change("Cy <cy@x>")}});
  const History history = read({.known_head = known});
  ASSERT_EQ(history.merges.size(), 1u);
  EXPECT_EQ(history.merges[0].commit, later);
  EXPECT_EQ(history.merges[0].author.email, "cy@x");
  EXPECT_FALSE(history.was_rewritten);
}

TEST_F(LocalHistory, NoticesARewrittenHistory) {
  commit("Begin");
  const auto known = commit("Gone");
  repository.git({"reset", "--quiet", "--hard", "HEAD~1"});
  commit("Other");
  const History history = read({.known_head = known});
  EXPECT_TRUE(history.was_rewritten);
  EXPECT_EQ(history.merges.size(), 2u);
  EXPECT_TRUE(read({.known_head = std::string(40, '1')}).was_rewritten);
}

TEST_F(LocalHistory, LeavesOutWhatWasMergedBefore) {
  commit("Begin");
  repository.git({"checkout", "--quiet", "-b", "old"});
  repository.commit(change("Old <old@x>"));
  repository.git({"checkout", "--quiet", "main"});
  repository.set_time(repository.time() + std::chrono::days(100));
  repository.merge("old", "Merge pull request #1 from old/old\n\nOld");
  const History history = read({.since = repository.time()});
  ASSERT_EQ(history.merges.size(), 1u);
  EXPECT_EQ(history.merges[0].author.email, "old@x");
  EXPECT_TRUE(read({.since = repository.time() + std::chrono::seconds(1)}).merges.empty());
}

TEST_F(LocalHistory, ReadsAnotherBranchAndNamesAMissingOne) {
  commit("Begin");
  repository.git({"checkout", "--quiet", "-b", "release/1"});
  commit("Fix (#9)");
  repository.git({"checkout", "--quiet", "main"});
  EXPECT_EQ(read().merges.size(), 1u);
  EXPECT_EQ(read({.branch = "release/1"}).merges.size(), 2u);
  const auto missing = read_history(open(), {.branch = "none"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
}

TEST_F(LocalHistory, KeepsAuthorsAsWrittenBesideTheMailmap) {
  repository.write(".mailmap", "Ada Lovelace <ada@home> <ada@example.com>\n");
  commit("Begin");
  const History history = read();
  EXPECT_EQ(history.merges[0].author.email, "ada@example.com");
  EXPECT_EQ(history.mailmap.resolve("Ada", "ada@example.com").email, "ada@home");
}

TEST_F(LocalHistory, ReadsOddBytesAndEncodings) {
  commit("");
  repository.git({"config", "i18n.commitEncoding", "ISO-8859-1"});
  commit(
      "Gr\xFC\xDF"
      "e",
      "J\xF6rg <j@x>");
  repository.git({"config", "--unset", "i18n.commitEncoding"});
  // Git itself mends what it commits, so the odd one is written by hand.
  const std::string person = "B\xFE <b@x> 1704200000 +0000\n";
  const std::string raw = repository.git(
      {"hash-object", "-t", "commit", "-w", "--stdin", "--literally"},
      "tree " + repository.git({"rev-parse", "HEAD^{tree}"}) + "\nparent " + repository.head() +
          "\nauthor " + person + "committer " + person + "\nBad \xFF byte\r\n\r\nText\r\n");
  repository.git({"update-ref", "HEAD", raw});
  const History history = read();
  ASSERT_EQ(history.merges.size(), 3u);
  EXPECT_EQ(history.merges[0].title, "");
  EXPECT_EQ(history.merges[1].title,
            "Gr\xC3\xBC\xC3\x9F"
            "e");
  EXPECT_EQ(history.merges[1].author.name, "J\xC3\xB6rg");
  EXPECT_EQ(history.merges[2].title, "Bad \xEF\xBF\xBD byte");
  EXPECT_EQ(history.merges[2].description, "Text");
  EXPECT_EQ(history.merges[2].author.name, "B\xEF\xBF\xBD");
}

TEST_F(LocalHistory, LeavesOutWhereAShallowCloneWasCutOff) {
  commit("One (#1)");
  commit("Two (#2)");
  const auto third = commit("Three (#3)");
  testing::TemporaryFolder elsewhere;
  const std::string clone = (elsewhere.path() / "c").string();
  repository.git({"clone", "--quiet", "--depth=2", "file://" + repository.path().string(), clone});
  const auto history = read_history(open(clone), {});
  ASSERT_TRUE(history);
  ASSERT_EQ(history->merges.size(), 1u);
  EXPECT_EQ(history->merges[0].commit, third);
}

TEST_F(LocalHistory, GuessesNameAndPageFromTheRemote) {
  struct Case {
    std::string url, name, page;
  };
  const Case cases[] = {
      {"git@github.com:ada/engine.git", "ada/engine", "https://github.com/ada/engine"},
      {"https://user:secret@github.com/ada/engine", "ada/engine", "https://github.com/ada/engine"},
      {"ssh://git@ssh.github.com:443/ada/engine.git/", "ada/engine",
       "https://github.com/ada/engine"},
      {"https://gitlab.com/a/b/c.git", "a/b/c", "https://gitlab.com/a/b/c"},
      {"https://gitlab.example.org/a/b.git", "a/b", "https://gitlab.example.org/a/b"},
      {"git://git.example.org/single.git", "git.example.org/single", ""},
      {"https://git.example.org:8443/a/b", "a/b", ""},
  };
  for (const Case& one : cases) {
    repository.git({"config", "remote.origin.url", one.url});
    EXPECT_EQ(guess_repository_name(open()), one.name) << one.url;
    EXPECT_EQ(guess_web_url(open()), one.page) << one.url;
    EXPECT_FALSE(open().remote_url().contains("secret"));
  }
  repository.git({"config", "--unset", "remote.origin.url"});
  EXPECT_EQ(guess_repository_name(open()), "local/" + repository.path().filename().string());
  repository.git({"config", "remote.origin.url", "/srv/git/other.git"});
  EXPECT_EQ(guess_repository_name(open()), "local/" + repository.path().filename().string());
  EXPECT_EQ(guess_web_url(open()), "");
}

}  // namespace
}  // namespace sextant::forge::local
