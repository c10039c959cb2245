#include "git/diff_reader.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>

#include "testing/git_repositories.hpp"

namespace sextant::git {
namespace {

namespace fs = std::filesystem;

class DiffReader : public ::testing::Test {
 protected:
  struct Outcome {
    std::string canonical;  // or the error
    int added = 0;
    int removed = 0;
    bool failed = false;
  };
  std::map<std::size_t, Outcome> read(const std::vector<CommitPair>& pairs, int children = 2,
                                      const DiffLimits& limits = {}) {
    const auto opened = Repository::open(repository.path(), scratch.path());
    EXPECT_TRUE(opened) << opened.error().message;
    std::mutex mutex;
    std::map<std::size_t, Outcome> outcomes;
    const auto result = read_diffs(*opened, pairs, children, limits, [&](CommitDiff& one) {
      const std::lock_guard lock(mutex);
      Outcome outcome;
      outcome.failed = !one.diff;
      outcome.canonical = one.diff ? canonical_text(*one.diff) : one.diff.error().message;
      if (one.diff) {
        outcome.added = one.diff->lines_added();
        outcome.removed = one.diff->lines_removed();
        files[one.index] = one.diff->files;
        for (FileChange& file : files[one.index]) file.hunks.clear();
      }
      EXPECT_TRUE(outcomes.emplace(one.index, outcome).second) << "told twice";
      return true;
    });
    EXPECT_TRUE(result) << result.error().message;
    return outcomes;
  }
  std::vector<CommitPair> make_commits(int count) {
    std::vector<CommitPair> pairs;
    std::string parent;
    std::string stream;
    for (int i = 1; i <= count; ++i) {
      stream += "commit refs/heads/main\nmark :" + std::to_string(i) +
                "\ncommitter A <a@x> 1700000000 +0000\ndata 1\nx\n";
      if (i > 1) stream += "from :" + std::to_string(i - 1) + "\n";
      const std::string content = "line " + std::to_string(i) + "\n";
      stream += "M 100644 inline f" + std::to_string(i % 7) + "\ndata " +
                std::to_string(content.size()) + "\n" + content;
    }
    repository.git({"fast-import", "--quiet"}, stream + "done\n");
    std::string commits = repository.git({"rev-list", "--reverse", "main"}) + "\n";
    for (std::size_t at = 0; at < commits.size(); at += 41) {
      pairs.push_back({commits.substr(at, 40), parent});
      parent = pairs.back().commit;
    }
    return pairs;
  }
  void lose(const std::string& object) {
    fs::remove(repository.path() / ".git/objects" / object.substr(0, 2) / object.substr(2));
  }
  testing::TemporaryFolder scratch;
  testing::GitRepository repository;
  std::map<std::size_t, std::vector<FileChange>> files;
};

TEST_F(DiffReader, TellsEveryPairOnceOnAnyNumberOfChildren) {
  const std::vector<CommitPair> pairs = make_commits(500);
  ASSERT_EQ(pairs.size(), 500u);
  const auto one = read(pairs, 1);
  const auto three = read(pairs, 3);
  ASSERT_EQ(one.size(), 500u);
  ASSERT_EQ(three.size(), 500u);
  for (std::size_t at = 0; at < pairs.size(); ++at) {
    EXPECT_EQ(one.at(at).canonical, three.at(at).canonical);
    EXPECT_TRUE(one.at(at).canonical.contains("line " + std::to_string(at + 1) + "\n"));
  }
  EXPECT_TRUE(read({}).empty());
}

// Whoever is told may take long over each, and waits for others meanwhile.
TEST_F(DiffReader, TellsFewPairsAllAtOnce) {
  const std::vector<CommitPair> pairs = make_commits(4);
  const auto opened = Repository::open(repository.path(), scratch.path());
  ASSERT_TRUE(opened);
  for (const int children : {4, 8}) {
    std::mutex mutex;
    std::condition_variable all_are_there;
    std::size_t there = 0;
    bool were_together = true;
    EXPECT_TRUE(read_diffs(*opened, pairs, children, {}, [&](CommitDiff&) {
      std::unique_lock lock(mutex);
      ++there;
      all_are_there.notify_all();
      if (!all_are_there.wait_for(lock, std::chrono::seconds{10},
                                  [&] { return there == pairs.size(); }))
        were_together = false;
      return were_together;
    }));
    EXPECT_TRUE(were_together) << children << " children";
  }
}

TEST_F(DiffReader, ReadsAMergeAgainstItsFirstParent) {
  const auto first = repository.commit({.files = {{"a", "1\n"}}});
  const auto merge = repository.merge_pull_request(
      {.number = 1, .commits = {{.files = {{"b", "1\n2\n"}}}, {.files = {{"b", "1\n2\n3\n"}}}}});
  const auto outcomes = read({{merge, first}});
  EXPECT_EQ(outcomes.at(0).added, 3);
  ASSERT_EQ(files[0].size(), 1u);
  EXPECT_EQ(files[0][0].status, FileStatus::added);
}

TEST_F(DiffReader, ReadsEveryKindOfFile) {
  repository.write("plain", "one\ntwo\nthree\nfour\n");
  repository.write("binary", std::string("\0\1\2", 3));
  repository.write("no newline", "x");
  repository.write("dos.txt", "a\r\nb\r\n");
  repository.write("gr\xC3\xBCn\ttab\"quote", "x\n");
  repository.write(std::string("bad\xFFutf"), "latin \xE9\n");
  const auto first = repository.commit({});
  fs::rename(repository.path() / "plain", repository.path() / "renamed");
  repository.write("binary", std::string("\0\1\3", 3));
  repository.write("no newline", "y");
  repository.write("dos.txt", "a\r\nc\r\n");
  repository.write("gr\xC3\xBCn\ttab\"quote", "y\n");
  repository.write(std::string("bad\xFFutf"), "latin \xE8\n");
  fs::create_symlink("renamed", repository.path() / "link");
  const auto second = repository.commit({});
  repository.git({"update-index", "--add", "--cacheinfo", "160000," + first + ",module"});
  repository.git({"commit", "--quiet", "-m", "module"});
  const auto third = repository.head();
  repository.git({"commit", "--quiet", "--allow-empty", "-m", "empty"});
  const auto fourth = repository.head();

  const auto outcomes = read({{first, ""}, {second, first}, {third, second}, {fourth, third}});
  ASSERT_EQ(outcomes.size(), 4u);
  EXPECT_FALSE(outcomes.at(1).failed) << outcomes.at(1).canonical;
  std::map<std::string, FileChange> by_path;
  for (const FileChange& file : files[1]) by_path[file.path] = file;
  EXPECT_EQ(by_path.at("renamed").status, FileStatus::renamed);
  EXPECT_EQ(by_path.at("renamed").old_path, "plain");
  EXPECT_TRUE(by_path.at("binary").is_binary);
  EXPECT_EQ(by_path.at("no newline").lines_added, 1);
  EXPECT_EQ(by_path.at("gr\xC3\xBCn\ttab\"quote").lines_added, 1);
  EXPECT_EQ(by_path.at(std::string("bad\xFFutf")).lines_added, 1);
  EXPECT_TRUE(by_path.at("link").is_symlink);
  EXPECT_TRUE(outcomes.at(1).canonical.contains("+c\r\n"));
  ASSERT_EQ(files[2].size(), 1u);
  EXPECT_TRUE(files[2][0].is_submodule);
  EXPECT_EQ(outcomes.at(3).canonical, "");
}

TEST_F(DiffReader, SkipsWhatCannotBeReadAndGoesOn) {
  std::vector<CommitPair> pairs;
  std::string parent;
  std::vector<std::string> blobs;
  for (int i = 0; i < 40; ++i) {
    const std::string commit = repository.commit(
        {.files = {{"f" + std::to_string(i), "content " + std::to_string(i) + "\n"}}});
    pairs.push_back({commit, parent});
    parent = commit;
    blobs.push_back(repository.git({"hash-object", "f" + std::to_string(i)}));
  }
  for (const int lost : {0, 7, 8, 39}) lose(blobs[static_cast<std::size_t>(lost)]);
  pairs.push_back({std::string(40, '1'), parent});
  pairs.push_back({parent, std::string(40, '2')});
  for (const int children : {1, 2}) {
    const auto outcomes = read(pairs, children);
    ASSERT_EQ(outcomes.size(), 42u);
    std::vector<std::size_t> failed;
    for (const auto& [index, outcome] : outcomes)
      if (outcome.failed) failed.push_back(index);
    EXPECT_EQ(failed, (std::vector<std::size_t>{0, 7, 8, 39, 40, 41}));
    EXPECT_TRUE(outcomes.at(7).canonical.contains(blobs[7])) << outcomes.at(7).canonical;
    EXPECT_TRUE(outcomes.at(40).canonical.contains("there is no such commit"));
  }
}

TEST_F(DiffReader, CountsALargeDiffWithoutKeepingIt) {
  std::string large;
  for (int i = 0; i < 400'000; ++i) large += "line " + std::to_string(i) + "\n";
  const auto first = repository.commit({.files = {{"a", "1\n"}}});
  const auto second =
      repository.commit({.files = {{"large", large},
                                   {"z", "last\n"},
                                   {"one-line", std::string(3 << 20, 'x') + "\nend-of-diff\n"}}});
  const auto third = repository.commit({.files = {{"a", "2\n"}}});
  for (const std::size_t bytes : {std::size_t{1000}, std::size_t{100'000}, std::size_t{7 << 20}}) {
    const auto outcomes = read({{first, ""}, {second, first}, {third, second}}, 1,
                               {.bytes = bytes, .line_bytes = 100});
    ASSERT_EQ(outcomes.size(), 3u);
    EXPECT_EQ(outcomes.at(1).added, 400'003) << outcomes.at(1).canonical.substr(0, 200);
    EXPECT_LE(outcomes.at(1).canonical.size(), bytes + 1000);
    EXPECT_EQ(files[1].size(), 3u);
    EXPECT_EQ(outcomes.at(2).added, 1);
    EXPECT_EQ(outcomes.at(2).removed, 1);
  }
}

TEST_F(DiffReader, StopsWhenTheSinkHasEnough) {
  const std::vector<CommitPair> pairs = make_commits(300);
  const auto opened = Repository::open(repository.path(), scratch.path());
  ASSERT_TRUE(opened);
  std::atomic<int> told = 0;
  EXPECT_TRUE(read_diffs(*opened, pairs, 2, {}, [&](CommitDiff&) { return ++told < 5; }));
  EXPECT_LT(told, 10);
}

TEST_F(DiffReader, RefusesAPairThatNamesNoHash) {
  const auto opened = Repository::open(repository.path(), scratch.path());
  ASSERT_TRUE(opened);
  const CommitPair pairs[] = {{"main\n--evil", ""}};
  const auto result = read_diffs(*opened, pairs, 1, {}, [](CommitDiff&) { return true; });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace sextant::git
