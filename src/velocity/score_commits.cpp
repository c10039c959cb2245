#include "velocity/score_commits.hpp"

#include <algorithm>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "base/log.hpp"
#include "git/attributes.hpp"
#include "git/file_log.hpp"
#include "git/file_texts.hpp"
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

// The texts of one commit's files.
class CommitTexts : public scoring::TextSource {
 public:
  CommitTexts(git::FileTexts& reader, const git::CommitPair& pair, const git::Diff& diff)
      : reader_(reader), pair_(pair), diff_(diff) {}

  std::optional<std::string> text(std::size_t file, bool is_after) override {
    constexpr std::size_t bytes_most = 1u << 20;
    const git::FileChange& change = diff_.files[file];
    const git::FilePlace place{is_after ? pair_.commit : pair_.parent,
                               is_after || change.old_path.empty() ? change.path : change.old_path};
    auto texts = reader_.read({&place, 1}, bytes_most);
    if (!texts) return std::nullopt;
    return std::move(texts->front());
  }

 private:
  git::FileTexts& reader_;
  const git::CommitPair& pair_;
  const git::Diff& diff_;
};

}  // namespace

Result<void> score_commits(
    const git::Repository& repository, const CommitsToScore& commits, const scoring::Scorer& scorer,
    const std::function<Result<void>(std::size_t, Result<scoring::Score>)>& sink) {
  const std::span<const git::CommitPair> pairs = commits.pairs;
  if (pairs.empty()) return {};
  const std::stop_token& stop = commits.stop;
  const auto stopped = [] { return fail(ErrorKind::unavailable, "it was stopped"); };
  const auto attributes = attributes_of(repository, pairs);
  if (stop.stop_requested()) return stopped();
  const auto file_log = file_log_of(repository, commits.head);
  const int children = std::clamp(
      std::max(static_cast<int>(std::thread::hardware_concurrency()), scorer.threads()), 1, 8);
  std::deque<git::FileTexts> text_readers;
  for (int child = 0; child < children; ++child) text_readers.emplace_back(repository);
  std::mutex mutex;
  std::optional<Error> failed;
  const auto score_of = [&](const git::CommitDiff& commit) -> Result<scoring::Score> {
    if (!commit.diff) return std::unexpected(commit.diff.error());
    const git::CommitPair& pair = pairs[commit.index];
    std::vector<scoring::FileHistory> history;
    if (file_log) history = scoring::history_of(*file_log, pair.commit, *commit.diff);
    CommitTexts texts(text_readers[commit.child], pair, *commit.diff);
    return scorer.score({.diff = *commit.diff,
                         .attributes = attributes[commit.index].get(),
                         .texts = &texts,
                         .history = history,
                         .guidelines = commits.guidelines});
  };
  const auto score_one = [&](git::CommitDiff& commit) {
    if (stop.stop_requested()) return false;
    auto score = score_of(commit);
    if (!score && stop.stop_requested()) return false;
    const auto taken = sink(commit.index, std::move(score));
    if (taken) return true;
    const std::lock_guard lock(mutex);
    if (!failed) failed = taken.error();
    return false;
  };
  const auto read = git::read_diffs(repository, pairs, children, git::DiffLimits{}, score_one);
  if (stop.stop_requested()) return stopped();
  if (!read) return read;
  if (failed) return std::unexpected(*failed);
  return {};
}

}  // namespace sextant::velocity
