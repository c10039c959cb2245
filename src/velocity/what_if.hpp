// What would a repository's scores be under other guidelines, other settings or another scorer? The
// stored history is scored anew and held against what is stored, and nothing is written.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "velocity/daily_scores.hpp"
#include "velocity/import.hpp"

namespace sextant::velocity {

struct ComparedScore {
  std::string reference;  // "#12" or a short hash
  std::string title;
  std::int64_t identity = 0;
  int before = 0;  // the stored score that counts
  int after = 0;

  int change() const { return after - before; }
};

// A contributor's average over what was compared, and the place it gives among the others: equal
// averages share one.
struct Standing {
  std::string username;
  std::int64_t count = 0;
  double average_before = 0;
  double average_after = 0;
  int rank_before = 0;
  int rank_after = 0;
};

struct WhatIfReport {
  std::vector<ComparedScore> compared;           // oldest first
  std::map<std::string, std::size_t> scored_by;  // who gave the stored scores of those
  std::vector<Standing> standings;               // the best average before first; without bots
  std::vector<SkippedCommit> not_replayable;
  std::size_t unscored = 0;  // have no score that could be compared
  // Why a language model gave no opinion and the static score stands, and how often.
  std::map<std::string, std::size_t> fallbacks;
};

// What is supposed besides the scorer, which is the environment's.
struct Supposition {
  const scoring::Guidelines* guidelines = nullptr;  // null: none
  std::size_t newest = 0;  // only so many scores, of what was merged last; 0: all
};

Result<WhatIfReport> what_if(const git::Repository& git, std::int64_t organization,
                             const TrackedRepository& repository, const Supposition& supposition,
                             const ImportEnvironment& environment);

// What was compared as two distributions.
struct Distributions {
  Histogram before;
  Histogram after;
};
Distributions distributions(const std::vector<ComparedScore>& compared);

// Nothing of no scores.
std::optional<double> mean(const Histogram& scores);
std::optional<double> median(const Histogram& scores);

// How alike both orders are, from -1 to 1; nothing for fewer than three, or where one side is all
// the same.
std::optional<double> rank_correlation(const std::vector<ComparedScore>& compared);

// Those whose score changes, by how far; at most `limit`.
std::vector<ComparedScore> moved_most(const std::vector<ComparedScore>& compared,
                                      std::size_t limit);

}  // namespace sextant::velocity
