#include "git/diff_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "git/command.hpp"
#include "git/layout.hpp"
#include "git/pair_texts.hpp"

namespace sextant::git {
namespace {

constexpr std::size_t waiting_pairs = 32;  // of its run, a child is given so many ahead

// Deals the pairs out to the children. Each reads one run of neighbours from its newest to its
// oldest: git keeps newer objects whole and older ones as differences to them, so what it has
// unpacked for one commit serves the next (a quarter less work than from the oldest, two fifths
// less than by turns). A child that has nothing left to do takes the older half of the longest run.
class Runs {
 public:
  Runs(std::size_t pairs, std::size_t children) : runs_(children) {
    for (std::size_t child = 0; child < children; ++child)
      runs_[child] = {pairs * child / children, pairs * (child + 1) / children};
  }

  // The next pair of this child; nothing when there is none. While it is busy it takes nothing
  // from the others' runs: whoever is told of a pair may take long, and they can do it meanwhile.
  std::optional<std::size_t> take(std::size_t child, bool is_idle) {
    const std::lock_guard lock(mutex_);
    Run& own = runs_[child];
    if (own.size() == 0 && is_idle) {
      Run& longest = *std::ranges::max_element(runs_, {}, &Run::size);
      const std::size_t middle = longest.begin + (longest.size() + 1) / 2;
      own = {longest.begin, middle};
      longest.begin = middle;
    }
    if (own.size() == 0) return std::nullopt;
    return --own.end;
  }

 private:
  struct Run {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t size() const { return end - begin; }
  };

  std::mutex mutex_;
  std::vector<Run> runs_;
};

// One child, the pairs it has been given and has not answered, and the thread that reads it.
class Worker {
 public:
  Worker(const Repository& repository, std::span<const CommitPair> pairs, const DiffLimits& limits,
         Runs& runs, std::size_t child, const std::function<bool(CommitDiff&)>& sink,
         std::atomic<bool>& stopped)
      : repository_(repository),
        pairs_(pairs),
        limits_(limits),
        runs_(runs),
        number_(child),
        sink_(sink),
        stopped_(stopped) {}

  Result<void> work();

 private:
  void take_pairs();
  void feed(std::size_t index);
  Result<void> start_child();
  Result<void> read_one();
  Result<void> explain_end();
  void deliver(Result<Diff> diff);

  const Repository& repository_;
  std::span<const CommitPair> pairs_;
  DiffLimits limits_;
  Runs& runs_;
  std::size_t number_;
  const std::function<bool(CommitDiff&)>& sink_;
  std::atomic<bool>& stopped_;
  std::deque<std::size_t> waiting_;
  std::optional<Subprocess> child_;
  std::optional<PairTexts> texts_;
  std::optional<std::size_t> killed_at_;  // the pair at which a child was killed before
};

Result<void> Worker::work() {
  while (!stopped_) {
    take_pairs();
    if (waiting_.empty()) break;
    if (!child_) TRY(start_child());
    TRY(read_one());
  }
  return {};
}

void Worker::take_pairs() {
  while (waiting_.size() < waiting_pairs) {
    const std::optional<std::size_t> index = runs_.take(number_, waiting_.empty());
    if (!index) return;
    waiting_.push_back(*index);
    if (child_) feed(*index);
  }
}

void Worker::feed(std::size_t index) {
  const CommitPair& pair = pairs_[index];
  child_->feed(fmt::format("{}{}{}\n{}", pair.commit, pair.parent.empty() ? "" : " ", pair.parent,
                           PairTexts::end_line));
}

Result<void> Worker::start_child() {
  child_ = TRY(Subprocess::start(reading_command(
      repository_.directory(), {"diff-tree", "--stdin", "--root", "--always", "-r", "-p", "-U0",
                                "-M", "--no-color", "--no-ext-diff", "--no-textconv"})));
  texts_.emplace(*child_, limits_);
  for (const std::size_t index : waiting_) feed(index);
  return {};
}

Result<void> Worker::read_one() {
  std::optional<std::string_view> commit;
  auto diff = TRY(texts_->next(commit));
  if (!diff) return explain_end();
  const std::string& expected = pairs_[waiting_.front()].commit;
  if (commit != expected)
    *diff = fail(ErrorKind::unavailable, fmt::format("{}: there is no such commit", expected));
  deliver(std::move(*diff));
  return {};
}

// The child ended before the first waiting pair was whole: that pair is to blame, the rest goes on
// with another child.
Result<void> Worker::explain_end() {
  const Subprocess::Exit exit = child_->finish();
  texts_.reset();
  child_.reset();
  const std::size_t index = waiting_.front();
  constexpr int wrong_usage = 129;
  const bool is_asked_to_end =
      exit.signal == SIGINT || exit.signal == SIGTERM || exit.signal == SIGHUP;
  if (is_asked_to_end || exit.status == wrong_usage)
    return fail(ErrorKind::unavailable, "git diff-tree: " + exit.reason());
  // Killed, it may have been for another's memory: the pair gets a second chance.
  if (exit.signal != 0 && killed_at_ != index) {
    killed_at_ = index;
    return {};
  }
  deliver(fail(ErrorKind::unavailable, fmt::format("{}: {}", pairs_[index].commit, exit.reason())));
  return {};
}

void Worker::deliver(Result<Diff> diff) {
  CommitDiff outcome{.index = waiting_.front(), .child = number_, .diff = std::move(diff)};
  waiting_.pop_front();
  if (!sink_(outcome)) stopped_ = true;
}

}  // namespace

Result<void> read_diffs(const Repository& repository, std::span<const CommitPair> pairs,
                        int children, const DiffLimits& limits,
                        const std::function<bool(CommitDiff&)>& sink) {
  for (const CommitPair& pair : pairs)
    if (!is_hash(pair.commit) || !(pair.parent.empty() || is_hash(pair.parent)))
      return fail(ErrorKind::invalid, fmt::format("'{}' is no full hash", pair.commit));

  const auto count = static_cast<std::size_t>(std::max(children, 1));
  Runs runs(pairs.size(), count);
  std::atomic<bool> stopped = false;
  std::mutex mutex;
  Result<void> outcome;
  const auto work = [&](std::size_t child) {
    Worker worker(repository, pairs, limits, runs, child, sink, stopped);
    const Result<void> worked = worker.work();
    if (worked) return;
    stopped = true;
    const std::lock_guard lock(mutex);
    if (outcome) outcome = worked;
  };
  std::vector<std::jthread> threads;
  for (std::size_t child = 0; child < count; ++child) threads.emplace_back(work, child);
  threads.clear();
  return outcome;
}

}  // namespace sextant::git
