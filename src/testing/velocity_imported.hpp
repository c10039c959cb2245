// For tests: a repository with pull requests, imported into a real store, whose scores are made
// again.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "testing/db_every_database.hpp"
#include "testing/fake_clock.hpp"
#include "testing/git_repositories.hpp"
#include "velocity/guidelines.hpp"
#include "velocity/import.hpp"
#include "velocity/pull_request_store.hpp"

namespace sextant::testing {

class ImportedRepository : public EveryDatabase {
 protected:
  static constexpr std::int64_t organization = 1;

  // A pull request of one file with so many branches.
  void merge(std::int64_t number, const std::string& path, int branches,
             const std::string& author = "Ada Lovelace <ada@example.com>") {
    std::string text = "def run(items):\n";
    for (int i = 0; i < branches; ++i)
      text += "    if items[" + std::to_string(i) + "]:\n        call_" + std::to_string(i) +
              "(items)\n";
    repository.squash_pull_request(
        number,
        {.message = "Change " + std::to_string(number), .files = {{path, text}}, .author = author});
  }

  velocity::ImportReport import(bool score = true) {
    velocity::ImportOptions options;
    options.repository_name = "acme/api";
    options.score = score;
    return value_of(velocity::import_repository(open(), organization, options, environment()));
  }
  git::Repository open() const {
    return value_of(git::Repository::open(repository.path(), database.directory() / "scratch"));
  }
  velocity::ImportEnvironment environment() { return {*database, *scorer, clock, {}}; }
  velocity::TrackedRepository tracked() {
    return value_of(velocity::RepositoryStore(*value_of(database->reader()))
                        .find(organization, "acme/api"))
        .value();
  }

  // Answers the version. Time goes on, for no two scores of a pull request have the same.
  int put_in_force(const std::string& guidelines) {
    clock.advance(std::chrono::hours(1));
    int version = 0;
    const std::int64_t id = tracked().id;
    value_of(database->write([&](db::Connection& db) -> Result<void> {
      version =
          TRY(velocity::GuidelinesStore(db).save(organization, id, guidelines, "ada", clock.now()))
              .version;
      return {};
    }));
    return version;
  }

  std::vector<velocity::PastScore> history(std::int64_t number) {
    const auto reader = value_of(database->reader());
    velocity::PullRequestStore store(*reader);
    const auto id = value_of(store.find_id(
        organization, tracked().id, forge::SourceType::pull_request, std::to_string(number)));
    return value_of(store.history(organization, id.value(), 100));
  }
  // Of every pull request, by its number; -1: none yet.
  std::map<std::int64_t, int> scores() {
    std::map<std::int64_t, int> found;
    const auto reader = value_of(database->reader());
    value_of(velocity::PullRequestStore(*reader).list(
        organization, {}, 1000, [&](const velocity::PullRequest& row) {
          found[row.number.value()] = row.score.value_or(-1);
        }));
    return found;
  }

  AnyDatabase& database = database_;
  GitRepository repository;
  FakeClock clock;
  std::unique_ptr<scoring::Scorer> scorer = scoring::make_static_scorer({});
};

}  // namespace sextant::testing
