#include "velocity/rescore.hpp"

#include <algorithm>
#include <mutex>
#include <unordered_map>

#include <fmt/format.h>

#include "base/text.hpp"
#include "scoring/model_scorer.hpp"
#include "velocity/commit_hash.hpp"
#include "velocity/pull_request_store.hpp"
#include "velocity/score_commits.hpp"
#include "velocity/versions.hpp"

namespace sextant::velocity {
namespace {

struct Stored {
  std::int64_t id = 0;
  std::string commit;
  std::string reference;  // "#12" or a short hash
  std::optional<int> score;
  std::string scorer;
  std::string diff_hash;
  std::string inputs_hash;
};

constexpr std::size_t slice_size = 128;

// The stored work of a repository with the newest score of each, oldest first.
Result<std::vector<Stored>> read_stored(db::Database& database, std::int64_t organization,
                                        std::int64_t repository) {
  const auto reader = TRY(database.reader());
  return reader->rows(
      db::Query("SELECT p.id, p.merge_commit, p.number, p.score, s.scorer, s.diff_hash, "
                "s.inputs_hash FROM "
                "pull_requests AS p"
                " LEFT JOIN scores AS s ON s.organization = p.organization AND s.pull_request = "
                "p.id AND s.scored_at ="
                " (SELECT MAX(n.scored_at) FROM scores AS n WHERE n.organization = p.organization "
                "AND n.pull_request = p.id)"
                " WHERE p.organization = {} AND p.repository = {} ORDER BY p.merged_at, p.id",
                organization, repository),
      [](const db::Row& row) {
        Stored stored{.id = row.integer(0),
                      .commit = hash_text(row.blob(1)),
                      .reference = "",
                      .score = {},
                      .scorer = std::string(row.text(4)),
                      .diff_hash = std::string(row.blob(5)),
                      .inputs_hash = std::string(row.blob(6))};
        stored.reference = row.is_null(2) ? stored.commit.substr(0, short_hash_length)
                                          : fmt::format("#{}", row.integer(2));
        if (!row.is_null(3)) stored.score = static_cast<int>(row.integer(3));
        return stored;
      });
}

// Pairs of commit and first parent for those of the stored that the branch still has; `indices`
// says which.
struct Reachable {
  std::vector<git::CommitPair> pairs;
  std::vector<std::size_t> indices;
};

Result<Reachable> find_pairs(const git::Repository& git, const TrackedRepository& repository,
                             const std::vector<Stored>& stored,
                             std::vector<SkippedCommit>& missing) {
  if (stored.empty()) return Reachable{};  // a repository without commits has no branch to ask for
  std::unordered_map<std::string, std::string> parents;
  const std::string branch = repository.branch.empty() ? git.default_branch() : repository.branch;
  TRY(git.each_line({"rev-list", "--first-parent", "--parents", branch, "--"},
                    [&](std::string_view line) {
                      const auto ids = split(line, ' ');
                      parents.emplace(ids[0], ids.size() > 1 ? ids[1] : "");
                    }));
  Reachable reachable;
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const auto found = parents.find(stored[i].commit);
    if (found == parents.end()) {
      missing.push_back(
          {stored[i].commit, stored[i].reference, "the branch does not have it any more"});
      continue;
    }
    reachable.pairs.push_back({found->first, found->second});
    reachable.indices.push_back(i);
  }
  return reachable;
}

std::string bytes_of(const scoring::Fingerprint& hash) {
  return {hash.begin(), hash.end()};
}

std::string why_not_replayed(const Stored& one) {
  if (one.scorer == scoring::model_scorer_id)
    return fmt::format("scored by {}, a language model, which need not answer the same again",
                       one.scorer);
  return "scored by " + one.scorer;
}

// Whether what is stored stays. What a model said is the same when the question is. That one gave
// no opinion is worth writing down, for it says why; but what a model has said is not given up for
// it.
bool is_unchanged(const Stored& one, const scoring::Score& score) {
  if (score.model && !score.model->fallback.empty())
    return one.scorer == scoring::model_scorer_id && one.diff_hash == bytes_of(score.diff_hash);
  return one.score == score.final_score && one.scorer == score.scorer &&
         one.diff_hash == bytes_of(score.diff_hash) &&
         (!score.model || one.inputs_hash == bytes_of(score.inputs_hash));
}

}  // namespace

Result<RescoreReport> rescore(const git::Repository& git, std::int64_t organization,
                              const TrackedRepository& repository, bool all,
                              const ImportEnvironment& environment) {
  RescoreReport report;
  auto stored = TRY(read_stored(environment.database, organization, repository.id));
  if (!all) std::erase_if(stored, [](const Stored& one) { return one.score.has_value(); });
  const Reachable reachable = TRY(find_pairs(git, repository, stored, report.skipped));

  std::mutex mutex;
  std::size_t done = 0;
  std::vector<std::pair<std::int64_t, StoredScore>> slice;
  const auto write_slice = [&]() -> Result<void> {
    return environment.database.write([&](db::Connection& db) -> Result<void> {
      DailyScoreChanges daily;
      PullRequestStore store(db);
      for (const auto& [id, score] : slice) TRY(store.save_score(organization, id, score, daily));
      TRY(daily.write(db, organization));
      return count_change(db, organization, {});
    });
  };
  TRY(score_commits(git, reachable.pairs, environment.scorer,
                    [&](std::size_t at, Result<scoring::Score> score) -> Result<void> {
                      const Stored& one = stored[reachable.indices[at]];
                      const std::lock_guard lock(mutex);
                      if (environment.progress)
                        environment.progress(++done, reachable.pairs.size());
                      if (score && score->model && !score->model->fallback.empty())
                        ++report.fallbacks[score->model->fallback];
                      if (!score) {
                        report.skipped.push_back(
                            {one.commit, one.reference, score.error().message});
                      } else if (is_unchanged(one, *score)) {
                        ++report.unchanged;
                      } else {
                        ++report.scored;
                        slice.emplace_back(one.id, to_stored(*score, environment.clock.now()));
                        if (slice.size() < slice_size) return {};
                        TRY(write_slice());
                        slice.clear();
                      }
                      return {};
                    }));
  if (!slice.empty()) TRY(write_slice());
  return report;
}

Result<VerifyReport> verify(const git::Repository& git, std::int64_t organization,
                            const TrackedRepository& repository,
                            const ImportEnvironment& environment) {
  VerifyReport report;
  auto stored = TRY(read_stored(environment.database, organization, repository.id));
  std::erase_if(stored, [&](const Stored& one) {
    if (one.score && one.scorer != environment.scorer.id())
      report.not_replayable.push_back({one.commit, one.reference, why_not_replayed(one)});
    return !one.score || one.scorer != environment.scorer.id();
  });
  const Reachable reachable = TRY(find_pairs(git, repository, stored, report.not_replayable));

  std::mutex mutex;
  std::size_t done = 0;
  TRY(score_commits(
      git, reachable.pairs, environment.scorer,
      [&](std::size_t at, Result<scoring::Score> score) -> Result<void> {
        const Stored& one = stored[reachable.indices[at]];
        const std::lock_guard lock(mutex);
        if (environment.progress) environment.progress(++done, reachable.pairs.size());
        if (!score)
          report.not_replayable.push_back({one.commit, one.reference, score.error().message});
        else if (one.diff_hash != bytes_of(score->diff_hash))
          report.different.push_back({one.reference, "the diff is another"});
        else if (*one.score != score->final_score)
          report.different.push_back({one.reference, fmt::format("score {}, replayed {}",
                                                                 *one.score, score->final_score)});
        else
          ++report.same;
        return {};
      }));
  std::ranges::sort(report.different, {}, &Difference::reference);
  return report;
}

}  // namespace sextant::velocity
