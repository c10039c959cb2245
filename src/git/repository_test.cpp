#include "git/repository.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "git/diff_reader.hpp"
#include "testing/git_repositories.hpp"

namespace sextant::git {
namespace {

namespace fs = std::filesystem;
using testing::GitRepository;
using testing::TemporaryFolder;

class RepositoryTest : public ::testing::Test {
 protected:
  Repository open(const fs::path& path) {
    auto opened = Repository::open(path, scratch.path() / "reading");
    if (!opened) throw std::runtime_error(opened.error().message);
    return *opened;
  }
  std::string error_of(const fs::path& path) {
    const auto opened = Repository::open(path, scratch.path());
    EXPECT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::invalid);
    return opened ? "" : opened.error().message;
  }
  std::string subject(const Repository& repository, const std::string& commit) {
    return repository.run({"log", "-1", "-z", "--format=tformat:%s", commit})
        .value_or("unreadable")
        .c_str();
  }
  TemporaryFolder scratch;
  GitRepository theirs;
};

TEST_F(RepositoryTest, ReadsAWorkTree) {
  const std::string commit = theirs.commit({.message = "One", .files = {{"a", "1\n"}}});
  const Repository repository = open(theirs.path());
  EXPECT_EQ(repository.default_branch(), "main");
  EXPECT_EQ(repository.head_of("main").value(), commit);
  EXPECT_EQ(subject(repository, commit), "One");
  EXPECT_EQ(repository.remote_url(), "");
  EXPECT_FALSE(repository.is_shallow());
  EXPECT_EQ(repository.head_of("nowhere").error().kind, ErrorKind::not_found);
}

TEST_F(RepositoryTest, ReadsBareLinkedAndBorrowingRepositories) {
  const std::string commit = theirs.commit({.message = "One", .files = {{"a", "1\n"}}});
  TemporaryFolder elsewhere;
  const std::string bare = (elsewhere.path() / "bare \"x\".git").string();
  theirs.git({"clone", "--quiet", "--bare", ".", bare});
  EXPECT_EQ(subject(open(bare), commit), "One");

  const std::string linked = (elsewhere.path() / "linked").string();
  theirs.git({"worktree", "add", "--quiet", "-b", "side", linked});
  EXPECT_EQ(open(linked).default_branch(), "side");
  EXPECT_EQ(subject(open(linked), commit), "One");

  const std::string borrowing = (elsewhere.path() / "borrowing").string();
  theirs.git({"clone", "--quiet", "--shared", ".", borrowing});
  EXPECT_EQ(subject(open(borrowing), commit), "One");
}

TEST_F(RepositoryTest, ReadsPackedRefsAndADetachedHead) {
  const std::string first = theirs.commit({.message = "One", .files = {{"a", "1\n"}}});
  const std::string second = theirs.commit({.message = "Two", .files = {{"a", "2\n"}}});
  theirs.git({"branch", "old", first});
  theirs.git({"pack-refs", "--all"});
  theirs.git({"checkout", "--quiet", "--detach", first});
  theirs.git({"gc", "--quiet"});
  const Repository repository = open(theirs.path());
  EXPECT_EQ(repository.default_branch(), "main");
  EXPECT_EQ(repository.head_of("main").value(), second);
  EXPECT_EQ(repository.head_of("old").value(), first);
}

TEST_F(RepositoryTest, TakesTheRemotesDefaultBranchAndTheFurtherOfTwoHeads) {
  const std::string first = theirs.commit({.files = {{"a", "1\n"}}});
  TemporaryFolder elsewhere;
  const fs::path clone = elsewhere.path() / "clone";
  theirs.git({"clone", "--quiet", ".", clone.string()});
  theirs.git({"-C", clone.string(), "checkout", "--quiet", "-b", "feature"});
  EXPECT_EQ(open(clone).default_branch(), "main");

  const std::string second = theirs.commit({.files = {{"a", "2\n"}}});
  theirs.git({"-C", clone.string(), "fetch", "--quiet"});
  EXPECT_EQ(open(clone).head_of("main").value(), second);

  theirs.git({"-C", clone.string(), "checkout", "--quiet", "main"});
  theirs.git({"-C", clone.string(), "merge", "--quiet", "--ff-only", "origin/main"});
  theirs.git({"-C", clone.string(), "commit", "--quiet", "--allow-empty", "-m", "ahead"});
  const std::string ahead = theirs.git({"-C", clone.string(), "rev-parse", "main"});
  EXPECT_EQ(open(clone).head_of("main").value(), ahead);
}

TEST_F(RepositoryTest, ReadsSha256) {
  GitRepository modern({"--object-format=sha256"});
  const std::string commit = modern.commit({.message = "Long", .files = {{"a", "1\n"}}});
  ASSERT_EQ(commit.size(), 64u);
  EXPECT_EQ(subject(open(modern.path()), commit), "Long");
}

TEST_F(RepositoryTest, KnowsWhereAShallowCloneWasCutOff) {
  theirs.commit({.files = {{"a", "1\n"}}});
  const std::string second = theirs.commit({.files = {{"a", "2\n"}}});
  TemporaryFolder elsewhere;
  const std::string clone = (elsewhere.path() / "clone").string();
  theirs.git({"clone", "--quiet", "--depth=1", "file://" + theirs.path().string(), clone});
  const Repository repository = open(clone);
  EXPECT_TRUE(repository.is_shallow());
  EXPECT_EQ(repository.shallow_commits(), std::vector<std::string>{second});
  EXPECT_EQ(repository.run({"rev-list", "--count", second}).value(), "1\n");
}

TEST_F(RepositoryTest, OpensAnEmptyRepository) {
  const Repository repository = open(theirs.path());
  EXPECT_EQ(repository.default_branch(), "main");
  EXPECT_EQ(repository.head_of("main").value(), "");
}

TEST_F(RepositoryTest, SaysWhatIsNoRepository) {
  EXPECT_EQ(error_of("/no/such/folder"), "/no/such/folder: there is no such folder");
  EXPECT_TRUE(error_of(scratch.path()).contains("is no git repository"));
  EXPECT_TRUE(error_of("/dev/null").contains("is no git repository"));
}

TEST_F(RepositoryTest, RunsNothingOfARepositorysConfiguration) {
  const std::string first = theirs.commit({.files = {{"a.txt", "1\n"}}});
  const std::string second = theirs.commit(
      {.files = {{"a.txt", "2\n"}, {".gitattributes", "*.txt diff=evil filter=evil\n"}}});
  const std::string blob = theirs.git({"rev-parse", second + ":a.txt"});
  const fs::path trap = scratch.path() / "trap";
  const std::string spring = "touch " + trap.string() + "; true";
  for (const char* key :
       {"core.fsmonitor", "diff.external", "diff.evil.textconv", "diff.evil.command",
        "filter.evil.smudge", "core.pager", "core.sshCommand", "core.gitProxy", "gpg.program",
        "uploadpack.packObjectsHook", "remote.origin.uploadpack", "credential.helper",
        "core.editor", "alias.log", "alias.diff-tree"})
    theirs.git({"config", key, spring});

  theirs.git({"diff", first, second});
  ASSERT_TRUE(fs::exists(trap)) << "the trap does not work";
  fs::remove(trap);
  theirs.git({"config", "core.repositoryFormatVersion", "1"});
  theirs.git({"config", "extensions.partialClone", "origin"});
  theirs.git({"config", "remote.origin.promisor", "true"});
  theirs.git({"config", "remote.origin.url", "ssh://example.invalid/x"});
  theirs.git({"config", "core.hooksPath", (theirs.path() / "hooks").string()});

  // A file gone missing is what makes git fetch in a partial clone.
  fs::remove(theirs.path() / ".git/objects" / blob.substr(0, 2) / blob.substr(2));

  const Repository repository = open(theirs.path());
  const CommitPair pairs[] = {{first, ""}, {second, first}};
  int errors = 0;
  ASSERT_TRUE(read_diffs(repository, pairs, 1, {}, [&](CommitDiff& outcome) {
    errors += !outcome.diff;
    return true;
  }));
  EXPECT_EQ(errors, 1);
  EXPECT_TRUE(repository.run({"log", "-p", "-1", first}));
  EXPECT_EQ(repository.remote_url(), "ssh://example.invalid/x");
  EXPECT_FALSE(fs::exists(trap));
}

TEST_F(RepositoryTest, IgnoresWhatTheEnvironmentSaysOfAnotherRepository) {
  const std::string commit = theirs.commit({.message = "One", .files = {{"a", "1\n"}}});
  ::setenv("GIT_DIR", "/nowhere", 1);
  ::setenv("GIT_OBJECT_DIRECTORY", "/nowhere", 1);
  EXPECT_EQ(subject(open(theirs.path()), commit), "One");
  ::unsetenv("GIT_DIR");
  ::unsetenv("GIT_OBJECT_DIRECTORY");
}

TEST_F(RepositoryTest, GivesLinesAsTheyAreAndGitsWordsOnFailure) {
  const std::string commit = theirs.commit({.message = "a\n\nb", .files = {{"a", "1\n"}}});
  const Repository repository = open(theirs.path());
  std::vector<std::string> lines;
  ASSERT_TRUE(repository.each_line({"log", "--format=%B", commit},
                                   [&](std::string_view line) { lines.emplace_back(line); }));
  EXPECT_EQ(lines, (std::vector<std::string>{"a", "", "b"}));
  const auto wrong = repository.run({"log", std::string(40, '1')});
  ASSERT_FALSE(wrong);
  EXPECT_TRUE(wrong.error().message.contains("bad object"));
}

TEST_F(RepositoryTest, FetchesAUrlAndBringsItUpToDate) {
  const std::string first = theirs.commit({.message = "One", .files = {{"a", "1\n"}}});
  const std::string url = "file://" + theirs.path().string();
  const fs::path target = scratch.path() / "clones" / "theirs.git";
  std::vector<std::string> progress;
  const auto fetch = [&] {
    return Repository::fetch(url, target, scratch.path() / "reading",
                             [&](std::string_view line) { progress.emplace_back(line); });
  };
  auto clone = fetch();
  ASSERT_TRUE(clone) << clone.error().message;
  EXPECT_EQ(clone->head_of("main").value(), first);
  EXPECT_EQ(clone->remote_url(), url);
  EXPECT_FALSE(progress.empty());

  const std::string second = theirs.commit({.message = "Two", .files = {{"a", "2\n"}}});
  theirs.git({"branch", "-m", "trunk"});
  clone = fetch();
  ASSERT_TRUE(clone) << clone.error().message;
  EXPECT_EQ(clone->default_branch(), "trunk");
  EXPECT_EQ(clone->head_of("trunk").value(), second);
  EXPECT_FALSE(clone->head_of("main"));

  theirs.git({"reset", "--quiet", "--hard", first});
  clone = fetch();
  ASSERT_TRUE(clone) << clone.error().message;
  EXPECT_EQ(clone->head_of("trunk").value(), first);
}

TEST_F(RepositoryTest, FetchesAnEmptyRepositoryAndReportsWhatCannotBeReached) {
  const auto empty = Repository::fetch("file://" + theirs.path().string(), scratch.path() / "e.git",
                                       scratch.path());
  ASSERT_TRUE(empty) << empty.error().message;
  EXPECT_EQ(empty->head_of(empty->default_branch()).value(), "");
  const auto nowhere =
      Repository::fetch("file:///no/such/place", scratch.path() / "n.git", scratch.path());
  ASSERT_FALSE(nowhere);
  EXPECT_TRUE(nowhere.error().message.starts_with("fetch file:///no/such/place: git: fatal"));
}

TEST_F(RepositoryTest, RefusesAddressesThatAreOptionsOrPrograms) {
  const fs::path trap = scratch.path() / "trap";
  for (const std::string& url :
       {std::string("--upload-pack=touch " + trap.string()), "ext::sh -c touch% " + trap.string(),
        std::string("fd::7"), std::string(""), std::string("a\nb")}) {
    const auto fetched = Repository::fetch(url, scratch.path() / "x.git", scratch.path());
    ASSERT_FALSE(fetched) << url;
    EXPECT_EQ(fetched.error().kind, ErrorKind::invalid) << url;
  }
  EXPECT_FALSE(fs::exists(trap));
}

}  // namespace
}  // namespace sextant::git
