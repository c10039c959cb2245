#include "velocity/score_commits.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>

#include "base/log.hpp"
#include "git/attributes.hpp"
#include "git/file_log.hpp"
#include "scoring/file_history.hpp"

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

// Nor is a clone whose history cannot be read refused.
std::optional<git::FileLog> file_log_of(const git::Repository& repository,
                                        const std::string& head) {
  auto log = git::FileLog::read(repository, head, scoring::speaks_of_a_fix);
  if (log) return *std::move(log);
  log::warning("history.unreadable",
               {{"repository", repository.path().string()}, {"reason", log.error().message}});
  return std::nullopt;
}

}  // namespace

Result<void> score_commits(
    const git::Repository& repository, const CommitsToScore& commits, const scoring::Scorer& scorer,
    const std::function<Result<void>(std::size_t, Result<scoring::Score>)>& sink) {
  const std::span<const git::CommitPair> pairs = commits.pairs;
  if (pairs.empty()) return {};
  const auto attributes = attributes_of(repository, pairs);
  const auto file_log = file_log_of(repository, commits.head);
  std::mutex mutex;
  std::optional<Error> failed;
  const auto score_one = [&](git::CommitDiff& commit) {
    std::vector<scoring::FileHistory> history;
    if (file_log && commit.diff)
      history = scoring::history_of(*file_log, pairs[commit.index].commit, *commit.diff);
    Result<scoring::Score> score = commit.diff
                                       ? scorer.score({.diff = *commit.diff,
                                                       .attributes = attributes[commit.index].get(),
                                                       .texts = {},
                                                       .history = history,
                                                       .guidelines = commits.guidelines})
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
