// Importing a repository: every merged pull request of its history, scored and stored. Again
// imports only what is new; stopped at any moment and run again, it ends with the same set.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "db/database.hpp"
#include "git/repository.hpp"
#include "scoring/scorer.hpp"
#include "velocity/repository_store.hpp"
#include "velocity/settings.hpp"

namespace sextant::velocity {

struct ImportOptions {
  std::string repository_name;   // "owner/name"; empty: guessed from the remote
  std::string location;          // what to call the place it comes from: a path or a URL
  std::string branch;            // empty: the default branch
  std::optional<Instant> since;  // leave out what was merged before
  bool score = true;
  Settings settings;
};

// What stays the same over imports.
struct ImportEnvironment {
  db::Database& database;
  const scoring::Scorer& scorer;
  const Clock& clock;
  // Called now and then on one thread: how many of how many pull requests are done.
  std::function<void(std::size_t done, std::size_t total)> progress;
  std::stop_token stop = {};  // then scoring ends at its next change, with `unavailable`
};

struct SkippedCommit {
  std::string commit;
  std::string title;
  std::string reason;
};

struct ImportReport {
  std::string repository_name;
  std::string branch;
  std::size_t found = 0;  // merges and, where they count, direct commits in what was read
  std::size_t scored = 0;
  std::size_t stored_unscored = 0;  // --no-score
  std::size_t already_there = 0;
  std::size_t direct_commits_left_out = 0;  // of a repository with pull requests
  bool was_rewritten = false;               // the history that was known is gone from the branch
  bool is_shallow = false;
  bool is_empty = false;  // no commit yet
  std::vector<SkippedCommit> skipped;
};

Result<ImportReport> import_repository(const git::Repository& repository, std::int64_t organization,
                                       const ImportOptions& options,
                                       const ImportEnvironment& environment);

}  // namespace sextant::velocity
