// Scoring what is stored: what has no score yet, or everything anew; and replaying stored scores.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "velocity/import.hpp"

namespace sextant::velocity {

struct RescoreReport {
  std::size_t scored = 0;
  std::size_t unchanged = 0;  // nothing was written: the score came out the same, or stays
  std::vector<SkippedCommit> skipped;
  // Why a language model gave no opinion, and how often.
  std::map<std::string, std::size_t> fallbacks;
  // Of these, those that a model had scored before: that score stays. The others have the static
  // one.
  std::size_t opinions_kept = 0;
  bool is_stopped = false;  // before the end; what had been scored by then is stored
};

// Scores a repository's stored work: only what has no score, or, with `all`, everything. Earlier
// scores stay in the history.
Result<RescoreReport> rescore(const git::Repository& git, std::int64_t organization,
                              const TrackedRepository& repository, bool all,
                              const ImportEnvironment& environment);

struct Difference {
  std::string reference;
  std::string what;  // "score 40, replayed 42"
};

struct VerifyReport {
  std::size_t same = 0;
  std::vector<Difference> different;
  std::vector<SkippedCommit>
      not_replayable;  // another scorer, or a diff out of reach; with the reason
};

// Scores every scored pull request again and compares, writing nothing.
Result<VerifyReport> verify(const git::Repository& git, std::int64_t organization,
                            const TrackedRepository& repository,
                            const ImportEnvironment& environment);

}  // namespace sextant::velocity
