#include "scoring/labelled_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/text.hpp"
#include "git/diff_reader.hpp"
#include "scoring/file_history.hpp"

namespace sextant::scoring {
namespace {

constexpr std::size_t commits_asked = 500;

using Parents = std::unordered_map<std::string, std::string>;

Result<Parents> read_parents(const git::Repository& repository,
                             const std::vector<LabelledChange>& changes) {
  Parents parents;
  for (std::size_t at = 0; at < changes.size(); at += commits_asked) {
    std::vector<std::string> arguments = {"rev-list", "--no-walk=unsorted", "--parents",
                                          "--ignore-missing"};
    for (std::size_t i = at; i < std::min(at + commits_asked, changes.size()); ++i)
      arguments.push_back(changes[i].commit);
    const Result<void> read = repository.each_line(arguments, [&](std::string_view line) {
      const std::vector<std::string_view> hashes = split(line, ' ');
      parents.emplace(hashes[0], hashes.size() > 1 ? hashes[1] : "");
    });
    if (!read) return std::unexpected(read.error());
  }
  return parents;
}

class ChangeReader {
 public:
  ChangeReader(const Clones& clones, const InputSink& sink, const ProblemSink& problem)
      : clones_(clones), sink_(sink), problem_(problem) {}

  std::optional<std::string> take(const LabelledChange& change) {
    if (change.diff) {
      const Result<git::Diff> diff = git::parse_diff(*change.diff);
      return diff ? give(change, *diff) : diff.error().message;
    }
    if (!clones_.contains(change.repo)) return "it has no diff, and there is no clone of its repo";
    without_diff_[change.repo].push_back(change);
    return std::nullopt;
  }

  // What take() put off.
  Result<void> take_from_clones() {
    for (const auto& [repo, changes] : without_diff_)
      TRY(take_from(clones_.at(repo).repository, changes));
    return {};
  }

 private:
  std::optional<std::string> give(const LabelledChange& change, const git::Diff& diff) {
    std::vector<FileHistory> history;
    if (const auto clone = clones_.find(change.repo); clone != clones_.end())
      history = history_of(clone->second.log, change.commit, diff);
    return sink_(change, {.diff = diff, .history = history});
  }

  Result<void> take_from(const git::Repository& repository,
                         const std::vector<LabelledChange>& changes) {
    const Parents parents = TRY(read_parents(repository, changes));
    std::vector<git::CommitPair> pairs;
    std::vector<const LabelledChange*> asked;
    for (const LabelledChange& change : changes) {
      const auto found = parents.find(change.commit);
      if (found == parents.end()) {
        say(change, "the clone has no such commit");
        continue;
      }
      pairs.push_back({.commit = found->first, .parent = found->second});
      asked.push_back(&change);
    }
    // One child, so one thread; it reads from the last pair to the first.
    std::reverse(pairs.begin(), pairs.end());
    std::reverse(asked.begin(), asked.end());
    return git::read_diffs(repository, pairs, 1, {}, [&](git::CommitDiff& commit) {
      const LabelledChange& change = *asked[commit.index];
      if (!commit.diff)
        say(change, commit.diff.error().message);
      else if (const auto wrong = give(change, *commit.diff))
        say(change, *wrong);
      return true;
    });
  }

  void say(const LabelledChange& change, std::string_view why) {
    problem_(fmt::format("line {}: {}", change.line, why));
  }

  const Clones& clones_;
  const InputSink& sink_;
  const ProblemSink& problem_;
  std::map<std::string, std::vector<LabelledChange>> without_diff_;
};

}  // namespace

Result<Clone> open_clone(const std::filesystem::path& path, const std::filesystem::path& scratch) {
  git::Repository repository = TRY(git::Repository::open(path, scratch));
  const std::string head = TRY(repository.head_of(repository.default_branch()));
  git::FileLog log = TRY(git::FileLog::read(repository, head, speaks_of_a_fix));
  return Clone{.repository = std::move(repository), .log = std::move(log)};
}

Result<void> read_labelled_changes(EvaluationKind kind, const std::filesystem::path& path,
                                   const Clones& clones, const InputSink& sink,
                                   const ProblemSink& problem) {
  ChangeReader reader(clones, sink, problem);
  TRY(read_labelled_file(
      kind, path, [&](const LabelledChange& change) { return reader.take(change); }, problem));
  return reader.take_from_clones();
}

}  // namespace sextant::scoring
