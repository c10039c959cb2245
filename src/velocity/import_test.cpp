#include "velocity/import.hpp"

#include <signal.h>

#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "testing/db_child_process.hpp"
#include "testing/db_every_database.hpp"
#include "testing/fake_clock.hpp"
#include "testing/git_repositories.hpp"
#include "velocity/directory.hpp"
#include "velocity/pull_request_store.hpp"
#include "velocity/rescore.hpp"

namespace sextant::velocity {
namespace {

using testing::value_of;

constexpr std::int64_t organization = 1;

std::string program(int lines) {
  std::string text = "def run(items):\n";
  for (int i = 0; i < lines; ++i)
    text +=
        "    if items[" + std::to_string(i) + "]:\n        call_" + std::to_string(i) + "(items)\n";
  return text;
}

ImportReport import_into(db::Database& database, const std::filesystem::path& path,
                         const std::filesystem::path& scratch, const ImportOptions& options = {}) {
  const auto git = value_of(git::Repository::open(path, scratch));
  const auto scorer = scoring::make_static_scorer({});
  const testing::FakeClock clock;
  return value_of(import_repository(git, organization, options, {database, *scorer, clock, {}}));
}

struct Row {
  std::string reference;
  std::string title;
  std::string author;
  std::optional<int> score;
  auto operator<=>(const Row&) const = default;
};

std::vector<Row> rows(db::Database& database) {
  const auto reader = value_of(database.reader());
  const auto directory = value_of(Directory::load(*reader, organization));
  std::vector<Row> found;
  value_of(PullRequestStore(*reader).list(organization, {}, 10'000, [&](const PullRequest& row) {
    found.push_back({row.number ? std::to_string(*row.number) : "commit", std::string(row.title),
                     directory->contributor_of(row.identity)->username, row.score});
  }));
  return found;
}

class Import : public testing::EveryDatabase {
 protected:
  ImportReport import(const ImportOptions& options = {}) {
    return import_into(*database, repository.path(), database.directory() / "scratch", options);
  }
  void squash(std::int64_t number, int lines = 3) {
    repository.squash_pull_request(
        number, {.message = "Change " + std::to_string(number),
                 .files = {{"src/file" + std::to_string(number) + ".py", program(lines)}}});
  }

  testing::AnyDatabase& database = database_;
  testing::GitRepository repository;
};

SEXTANT_ON_EVERY_DATABASE(Import);

TEST_P(Import, StoresMergesAndSquashesWithTheirAuthorsAndScores) {
  repository.commit({.message = "Begin", .files = {{"README", "x\n"}}});
  repository.merge_pull_request({.number = 1,
                                 .title = "Add parsing",
                                 .commits = {{.files = {{"src/parse.py", program(20)}},
                                              .author = "Bob <5+bob@users.noreply.github.com>"}}});
  squash(2, 30);
  const auto report = import();
  EXPECT_EQ(report.found, 2u);
  EXPECT_EQ(report.scored, 2u);
  EXPECT_EQ(report.direct_commits_left_out, 1u);
  const auto stored = rows(*database);
  ASSERT_EQ(stored.size(), 2u);
  EXPECT_EQ(stored[0].title, "Change 2");
  EXPECT_EQ(stored[0].author, "ada");
  EXPECT_EQ(stored[1].title, "Add parsing");
  EXPECT_EQ(stored[1].author, "bob");
  EXPECT_GT(stored[0].score.value(), 0);
}

TEST_P(Import, AgainChangesNothingAndLaterTakesOnlyWhatIsNew) {
  for (int number = 1; number <= 3; ++number) squash(number);
  import();
  const auto before = rows(*database);
  const auto again = import();
  EXPECT_EQ(again.scored, 0u);
  EXPECT_EQ(again.already_there, 3u);
  EXPECT_EQ(rows(*database), before);
  squash(4);
  const auto later = import();
  EXPECT_EQ(later.scored, 1u);
  EXPECT_EQ(later.already_there, 3u);
  EXPECT_EQ(rows(*database).size(), 4u);
}

TEST_P(Import, ScoresDirectCommitsOnlyWhereThereAreNoPullRequests) {
  repository.commit({.message = "One", .files = {{"a.py", program(1)}}});
  repository.commit({.message = "Two", .files = {{"b.py", program(1)}}});
  EXPECT_EQ(import().scored, 2u);
  EXPECT_EQ(rows(*database).front().reference, "commit");
  squash(1);
  repository.commit({.message = "Three", .files = {{"c.py", program(1)}}});
  EXPECT_EQ(import().scored, 2u) << "decided at the first import";
}

TEST_P(Import, TakesANumberThatIsMentionedAgainForADirectCommit) {
  squash(1);
  import();
  repository.commit({.message = "Follow up on it (#1)", .files = {{"z.py", program(2)}}});
  const auto report = import();
  EXPECT_EQ(report.direct_commits_left_out, 1u);
  EXPECT_EQ(rows(*database).front().title, "Change 1");
}

TEST_P(Import, SaysThatTheHistoryWasRewrittenAndReadsItAnew) {
  squash(1);
  squash(2);
  import();
  repository.git({"reset", "--hard", "--quiet", "HEAD~1"});
  squash(2, 50);
  squash(3);
  const auto report = import();
  EXPECT_TRUE(report.was_rewritten);
  EXPECT_EQ(report.scored, 2u);
  EXPECT_EQ(rows(*database).size(), 3u);
}

TEST_P(Import, StoresWithoutScoringAndScoresLater) {
  squash(1);
  ImportOptions options;
  options.score = false;
  EXPECT_EQ(import(options).stored_unscored, 1u);
  EXPECT_EQ(rows(*database).front().score, std::nullopt);
  EXPECT_EQ(import().scored, 0u) << "not until asked for";

  const auto git =
      value_of(git::Repository::open(repository.path(), database.directory() / "scratch"));
  const auto scorer = scoring::make_static_scorer({});
  const testing::FakeClock clock;
  const ImportEnvironment environment{*database, *scorer, clock, {}};
  std::vector<TrackedRepository> tracked;
  {
    const auto reader = value_of(database->reader());
    tracked = value_of(RepositoryStore(*reader).list(organization));
  }
  EXPECT_EQ(value_of(rescore(git, organization, tracked.front(), false, environment)).scored, 1u);
  EXPECT_GT(rows(*database).front().score.value(), 0);
  EXPECT_EQ(value_of(rescore(git, organization, tracked.front(), true, environment)).unchanged, 1u);
  EXPECT_EQ(value_of(verify(git, organization, tracked.front(), environment)).same, 1u);
}

TEST_P(Import, SkipsAndNamesACommitWhoseBlobIsMissing) {
  for (int number = 1; number <= 3; ++number) squash(number, 3 + number);
  const std::string blob = repository.git({"rev-parse", "HEAD~1:src/file2.py"});
  std::filesystem::remove(repository.path() / ".git/objects" / blob.substr(0, 2) / blob.substr(2));
  const auto report = import();
  EXPECT_EQ(report.scored, 2u);
  ASSERT_EQ(report.skipped.size(), 1u);
  EXPECT_EQ(report.skipped.front().title, "Change 2");
  EXPECT_EQ(import().skipped.size(), 1u) << "tried again, and still named";
}

TEST_P(Import, LeavesOutWhatWasMergedBeforeTheMonthsAskedForAndFetchesItWhenAsked) {
  repository.set_time(parse_iso("2024-01-01")->at);
  squash(1);
  repository.set_time(parse_iso("2026-01-01")->at);
  squash(2);
  ImportOptions options;
  options.since = parse_iso("2025-06-01")->at;
  EXPECT_EQ(import(options).scored, 1u);
  EXPECT_EQ(import().scored, 1u);
  EXPECT_EQ(rows(*database).size(), 2u);
}

TEST_P(Import, OfAnEmptyRepositorySaysSo) {
  EXPECT_TRUE(import().is_empty);
}

TEST_P(Import, RefusesANameThatBelongsToAnotherRepository) {
  squash(1, 10);
  import();
  const auto before = rows(*database);
  testing::GitRepository other;
  other.squash_pull_request(1, {.message = "Other", .files = {{"o.py", "x = 1\n"}}});
  const auto git = value_of(git::Repository::open(other.path(), database.directory() / "scratch"));
  const auto scorer = scoring::make_static_scorer({});
  const testing::FakeClock clock;
  ImportOptions options;
  options.repository_name =
      value_of(RepositoryStore(*value_of(database->reader())).list(organization)).at(0).name;
  options.location = other.path().string();
  const auto refused =
      import_repository(git, organization, options, {*database, *scorer, clock, {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
  EXPECT_NE(refused.error().message.find("--repo"), std::string::npos);
  EXPECT_EQ(rows(*database), before);
}

TEST_P(Import, ThatFailsLeavesTheStoreAsItWas) {
  squash(1, 10);
  const auto git =
      value_of(git::Repository::open(repository.path(), database.directory() / "scratch"));
  const auto scorer = scoring::make_static_scorer({});
  const testing::FakeClock clock;
  ImportOptions options;
  options.branch = "nowhere";
  EXPECT_FALSE(import_repository(git, organization, options, {*database, *scorer, clock, {}}));
  const auto reader = value_of(database->reader());
  EXPECT_TRUE(value_of(RepositoryStore(*reader).list(organization)).empty());
}

TEST_P(Import, GivesTheSameScoresInEveryStore) {
  for (int number = 1; number <= 5; ++number) squash(number, number * 7);
  import();
  testing::TemporaryDatabase other;
  import_into(*other, repository.path(), other.directory() / "scratch");
  EXPECT_EQ(rows(*database), rows(*other));
}

// Killed at many moments, an import that is run again ends with what an undisturbed one has.
TEST(InterruptedImport, EndsWithTheSameSetWhenItIsRunAgain) {
  testing::GitRepository repository;
  for (int number = 1; number <= 150; ++number)
    repository.squash_pull_request(
        number, {.message = "Change",
                 .files = {{"f" + std::to_string(number % 10) + ".py", program(number % 20)}}});
  testing::TemporaryDirectory directory;
  const auto open = [&] {
    auto database = value_of(db::open_sqlite(directory.path() / "sextant.db", {}));
    value_of(db::migrate(*database));
    return database;
  };
  for (int round = 0; round < 10; ++round) {
    const testing::ChildProcess child([&](const auto& pipes) {
      const auto database = open();
      const auto git =
          value_of(git::Repository::open(repository.path(), directory.path() / "scratch"));
      const auto scorer = scoring::make_static_scorer({});
      const testing::FakeClock clock;
      // Each round is killed a little later.
      const auto tell = [&](std::size_t done, std::size_t) {
        if (done == static_cast<std::size_t>(1 + round * 14)) pipes.tell();
      };
      value_of(import_repository(git, organization, {}, {*database, *scorer, clock, tell}));
      pipes.await();
    });
    child.pipes().await();
    child.kill();
  }
  const auto database = open();
  import_into(*database, repository.path(), directory.path() / "scratch");
  const auto stored = rows(*database);
  EXPECT_EQ(stored.size(), 150u);
  std::set<std::string> references;
  for (const Row& row : stored) references.insert(row.reference);
  EXPECT_EQ(references.size(), 150u);
  // The roll-ups count each once.
  const auto reader = value_of(database->reader());
  const auto sum = [&](std::string_view query) {
    return value_of(
        reader->row(db::Query(query), [](const db::Row& row) { return row.integer(0); }));
  };
  EXPECT_EQ(sum("SELECT SUM(count) FROM daily_scores"), 150);
  for (const char* const what : {"count", "total"})
    for (const char* const span : {"1", "2"})
      EXPECT_EQ(sum(fmt::format("SELECT SUM({}) FROM score_sums WHERE span = {}", what, span)),
                sum(fmt::format("SELECT SUM({}) FROM daily_scores", what)));
}

}  // namespace
}  // namespace sextant::velocity
