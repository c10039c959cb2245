// The diffs of many commits, streamed from `git diff-tree --stdin` children with explicit parents,
// one child and one thread each.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "git/diff.hpp"
#include "git/repository.hpp"

namespace sextant::git {

struct CommitPair {
  std::string commit;
  std::string parent;  // empty: a root commit
};

// One commit's outcome. `diff` points into `text`, which lives as long as the call.
struct CommitDiff {
  std::size_t index = 0;  // into the pairs
  std::size_t child = 0;  // which of them read it: no two calls for one child overlap
  Result<Diff> diff;      // an error: a missing blob, a broken object; the others go on
};

// Calls `sink` once for every pair, in no order, on `children` threads at once. Text beyond the
// limits is counted, not kept, so memory stays bounded. Fails only where git itself cannot run.
// `sink` returns false to stop early.
Result<void> read_diffs(const Repository& repository, std::span<const CommitPair> pairs,
                        int children, const DiffLimits& limits,
                        const std::function<bool(CommitDiff&)>& sink);

}  // namespace sextant::git
