#include "velocity/rescore.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include <fmt/format.h>

#include "scoring/model_scorer.hpp"
#include "velocity/guidelines.hpp"
#include "velocity/pull_request_store.hpp"
#include "velocity/score_commits.hpp"
#include "velocity/stored_work.hpp"
#include "velocity/versions.hpp"

namespace sextant::velocity {
namespace {

constexpr std::size_t slice_size = 128;

// Why the work's score cannot be made again; nothing where it can.
std::optional<std::string> reason_against(const StoredWork& stored, const std::string& scorer,
                                          const GuidelinesByVersion& guidelines) {
  if (stored.scorer == scoring::model_scorer_id)
    return fmt::format("scored by {}, a language model, which need not answer the same again",
                       stored.scorer);
  if (stored.scorer != scorer) return "scored by " + stored.scorer;
  const int version = stored.guidelines_version;
  if (version == 0 || guidelines.contains(version)) return std::nullopt;
  return fmt::format("version {} of the guidelines is not in the store", version);
}

// Those together that went by the same guidelines.
std::map<int, Reachable> by_guidelines(const Reachable& reachable,
                                       const std::vector<StoredWork>& stored) {
  std::map<int, Reachable> groups;
  for (std::size_t i = 0; i < reachable.pairs.size(); ++i) {
    Reachable& group = groups[stored[reachable.indices[i]].guidelines_version];
    group.pairs.push_back(reachable.pairs[i]);
    group.indices.push_back(reachable.indices[i]);
  }
  return groups;
}

// Nothing where the replayed score is the one in the store.
std::optional<std::string> difference(const StoredWork& stored, const scoring::Score& score) {
  if (is_same(stored, score)) return std::nullopt;
  if (stored.diff_hash != bytes_of(score.diff_hash)) return "the diff is another";
  if (*stored.score != score.final_score)
    return fmt::format("score {}, replayed {}", *stored.score, score.final_score);
  return "its inputs besides the diff are others";
}

// Though a language model was asked.
bool gave_no_opinion(const scoring::Score& score) {
  return score.model && !score.model->fallback.empty();
}

// Whether what is stored stays. That a model gave no opinion is worth writing down, for it says
// why; but what a model has said is not given up for it.
bool is_unchanged(const StoredWork& one, const scoring::Score& score) {
  if (gave_no_opinion(score))
    return one.scorer == scoring::model_scorer_id && one.diff_hash == bytes_of(score.diff_hash);
  return is_same(one, score);
}

}  // namespace

Result<RescoreReport> rescore(const git::Repository& git, std::int64_t organization,
                              const TrackedRepository& repository, bool all,
                              const ImportEnvironment& environment) {
  RescoreReport report;
  auto stored = TRY(read_stored_work(environment.database, organization, repository.id));
  if (!all) std::erase_if(stored, [](const StoredWork& one) { return one.score.has_value(); });
  const auto current =
      TRY(read_current_guidelines(environment.database, organization, repository.id));
  const scoring::Guidelines* guidelines = current ? &*current : nullptr;
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
  const auto worked = score_commits(
      git, {reachable.pairs, reachable.branch, guidelines, environment.stop}, environment.scorer,
      [&](std::size_t at, Result<scoring::Score> score) -> Result<void> {
        const StoredWork& one = stored[reachable.indices[at]];
        const std::lock_guard lock(mutex);
        if (environment.progress) environment.progress(++done, reachable.pairs.size());
        if (!score) {
          report.skipped.push_back({one.commit, one.reference, score.error().message});
          return {};
        }
        const bool stays = is_unchanged(one, *score);
        if (gave_no_opinion(*score)) {
          ++report.fallbacks[score->model->fallback];
          report.opinions_kept += stays;
        }
        if (stays) {
          ++report.unchanged;
        } else {
          ++report.scored;
          slice.emplace_back(one.id, to_stored(*score, environment.clock.now(), guidelines));
          if (slice.size() < slice_size) return {};
          TRY(write_slice());
          slice.clear();
        }
        return {};
      });
  report.is_stopped = !worked && environment.stop.stop_requested();
  if (!worked && !report.is_stopped) return std::unexpected(worked.error());
  if (!slice.empty()) TRY(write_slice());
  return report;
}

Result<VerifyReport> verify(const git::Repository& git, std::int64_t organization,
                            const TrackedRepository& repository,
                            const ImportEnvironment& environment) {
  VerifyReport report;
  const auto guidelines =
      TRY(read_all_guidelines(environment.database, organization, repository.id));
  auto stored = TRY(read_stored_work(environment.database, organization, repository.id));
  std::erase_if(stored, [&](const StoredWork& one) {
    if (!one.score) return true;
    const auto reason = reason_against(one, environment.scorer.id(), guidelines);
    if (reason) report.not_replayable.push_back({one.commit, one.reference, *reason});
    return reason.has_value();
  });
  const Reachable reachable = TRY(find_pairs(git, repository, stored, report.not_replayable));

  std::mutex mutex;
  std::size_t done = 0;
  for (const auto& [version, group] : by_guidelines(reachable, stored)) {
    TRY(score_commits(
        git,
        {group.pairs, reachable.branch, version != 0 ? &guidelines.at(version) : nullptr,
         environment.stop},
        environment.scorer, [&](std::size_t at, Result<scoring::Score> score) -> Result<void> {
          const StoredWork& one = stored[group.indices[at]];
          const std::lock_guard lock(mutex);
          if (environment.progress) environment.progress(++done, reachable.pairs.size());
          if (!score)
            report.not_replayable.push_back({one.commit, one.reference, score.error().message});
          else if (const auto what = difference(one, *score))
            report.different.push_back({one.reference, *what});
          else
            ++report.same;
          return {};
        }));
  }
  std::ranges::sort(report.different, {}, &Difference::reference);
  return report;
}

}  // namespace sextant::velocity
