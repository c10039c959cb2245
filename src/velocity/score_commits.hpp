// The work that import, rescoring and verifying share: read the diffs of many commits and score
// each, on every core.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>
#include <string>

#include "git/diff_reader.hpp"
#include "git/repository.hpp"
#include "scoring/scorer.hpp"

namespace sextant::velocity {

struct CommitsToScore {
  std::span<const git::CommitPair> pairs;
  std::string head;  // a branch or commit from which first parents lead to all of them
  const scoring::Guidelines* guidelines = nullptr;  // null: none
  std::stop_token stop = {};
};

// Calls `sink` once for every pair, on several threads at once, in no order: its score, or why
// there is none (a missing blob). An error from `sink` ends the work and is handed on; stopped, it
// ends as `unavailable`, and `sink` has had whole scores only.
Result<void> score_commits(
    const git::Repository& repository, const CommitsToScore& commits, const scoring::Scorer& scorer,
    const std::function<Result<void>(std::size_t, Result<scoring::Score>)>& sink);

}  // namespace sextant::velocity
