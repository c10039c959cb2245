#include "velocity/score_commits.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>

#include "base/log.hpp"
#include "git/attributes.hpp"

namespace sextant::velocity {
namespace {

// A clone that lacks the blobs of its .gitattributes is scored without them.
std::vector<std::shared_ptr<const git::Attributes>> attributes_of(
    const git::Repository& repository, std::span<const git::CommitPair> pairs) {
  auto attributes = git::read_attributes(repository, pairs);
  if (attributes) return *std::move(attributes);
  log::warning("attributes.unreadable", {{"repository", repository.path().string()},
                                         {"reason", attributes.error().message}});
  return std::vector<std::shared_ptr<const git::Attributes>>(pairs.size());
}

}  // namespace

Result<void> score_commits(
    const git::Repository& repository, std::span<const git::CommitPair> pairs,
    const scoring::Scorer& scorer, const scoring::Guidelines* guidelines,
    const std::function<Result<void>(std::size_t, Result<scoring::Score>)>& sink) {
  if (pairs.empty()) return {};
  const auto attributes = attributes_of(repository, pairs);
  std::mutex mutex;
  std::optional<Error> failed;
  const auto score_one = [&](git::CommitDiff& commit) {
    Result<scoring::Score> score = commit.diff
                                       ? scorer.score({.diff = *commit.diff,
                                                       .attributes = attributes[commit.index].get(),
                                                       .guidelines = guidelines})
                                       : std::unexpected(commit.diff.error());
    const auto taken = sink(commit.index, std::move(score));
    if (taken) return true;
    const std::lock_guard lock(mutex);
    if (!failed) failed = taken.error();
    return false;
  };
  const int children = std::clamp(
      std::max(static_cast<int>(std::thread::hardware_concurrency()), scorer.threads()), 1, 8);
  TRY(git::read_diffs(repository, pairs, children, git::DiffLimits{}, score_one));
  if (failed) return std::unexpected(*failed);
  return {};
}

}  // namespace sextant::velocity
