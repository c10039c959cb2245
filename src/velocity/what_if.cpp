#include "velocity/what_if.hpp"

#include <algorithm>
#include <cstdlib>
#include <mutex>

#include "scoring/rank_statistics.hpp"
#include "velocity/directory.hpp"
#include "velocity/score_commits.hpp"
#include "velocity/stored_work.hpp"

namespace sextant::velocity {
namespace {

struct Sums {
  std::int64_t count = 0;
  std::int64_t before = 0;
  std::int64_t after = 0;
};

// The place of each by its average, 1 the highest.
void rank(std::vector<Standing>& standings, double Standing::* average, int Standing::* rank) {
  std::ranges::stable_sort(standings, std::ranges::greater{}, average);
  for (std::size_t i = 0; i < standings.size(); ++i)
    standings[i].*rank = i > 0 && standings[i].*average == standings[i - 1].*average
                             ? standings[i - 1].*rank
                             : static_cast<int>(i) + 1;
}

std::vector<Standing> standings_of(const std::vector<ComparedScore>& compared,
                                   const Directory& directory) {
  std::map<std::string, Sums> people;
  for (const ComparedScore& one : compared) {
    const Contributor* who = directory.contributor_of(one.identity);
    if (!who || who->is_bot) continue;
    Sums& sums = people[who->username];
    ++sums.count;
    sums.before += one.before;
    sums.after += one.after;
  }
  std::vector<Standing> standings;
  for (const auto& [username, sums] : people) {
    const auto count = static_cast<double>(sums.count);
    standings.push_back({.username = username,
                         .count = sums.count,
                         .average_before = static_cast<double>(sums.before) / count,
                         .average_after = static_cast<double>(sums.after) / count,
                         .rank_before = 0,
                         .rank_after = 0});
  }
  rank(standings, &Standing::average_after, &Standing::rank_after);
  rank(standings, &Standing::average_before, &Standing::rank_before);
  return standings;
}

Result<std::vector<Standing>> read_standings(const std::vector<ComparedScore>& compared,
                                             db::Database& database, std::int64_t organization) {
  const auto reader = TRY(database.reader());
  const auto directory = TRY(Directory::load(*reader, organization));
  return standings_of(compared, *directory);
}

}  // namespace

Result<WhatIfReport> what_if(const git::Repository& git, std::int64_t organization,
                             const TrackedRepository& repository, const Supposition& supposition,
                             const ImportEnvironment& environment) {
  WhatIfReport report;
  auto stored = TRY(read_stored_work(environment.database, organization, repository.id));
  report.unscored = std::erase_if(stored, [](const StoredWork& one) { return !one.score; });
  if (supposition.newest > 0 && stored.size() > supposition.newest)
    stored.erase(stored.begin(), stored.end() - static_cast<std::ptrdiff_t>(supposition.newest));
  const Reachable reachable = TRY(find_pairs(git, repository, stored, report.not_replayable));

  std::vector<std::optional<int>> after(stored.size());
  std::mutex mutex;
  std::size_t done = 0;
  TRY(score_commits(
      git, {reachable.pairs, reachable.branch, supposition.guidelines, environment.stop},
      environment.scorer, [&](std::size_t at, Result<scoring::Score> score) -> Result<void> {
        const std::size_t index = reachable.indices[at];
        const std::lock_guard lock(mutex);
        if (environment.progress) environment.progress(++done, reachable.pairs.size());
        if (score && score->model && !score->model->fallback.empty())
          ++report.fallbacks[score->model->fallback];
        if (score)
          after[index] = score->final_score;
        else
          report.not_replayable.push_back(
              {stored[index].commit, stored[index].reference, score.error().message});
        return {};
      }));
  std::ranges::sort(report.not_replayable, {}, &SkippedCommit::commit);
  for (std::size_t i = 0; i < stored.size(); ++i) {
    if (!after[i]) continue;
    StoredWork& one = stored[i];
    ++report.scored_by[one.scorer];
    report.compared.push_back({.reference = std::move(one.reference),
                               .title = std::move(one.title),
                               .identity = one.identity,
                               .before = *one.score,
                               .after = *after[i]});
  }
  report.standings = TRY(read_standings(report.compared, environment.database, organization));
  return report;
}

Distributions distributions(const std::vector<ComparedScore>& compared) {
  Distributions both;
  for (const ComparedScore& one : compared) {
    both.before.add(one.before);
    both.after.add(one.after);
  }
  return both;
}

std::optional<double> mean(const Histogram& scores) {
  const std::int64_t count = scores.count();
  if (count == 0) return std::nullopt;
  return static_cast<double>(scores.total()) / static_cast<double>(count);
}

std::optional<double> median(const Histogram& scores) {
  const std::int64_t count = scores.count();
  if (count == 0) return std::nullopt;
  // The score at a place, from 0, of all in order.
  const auto at = [&](std::int64_t place) {
    int score = 0;
    while (scores.between(0, score) <= place) ++score;
    return score;
  };
  return (at((count - 1) / 2) + at(count / 2)) / 2.0;
}

std::optional<double> rank_correlation(const std::vector<ComparedScore>& compared) {
  std::vector<double> before;
  std::vector<double> after;
  for (const ComparedScore& one : compared) {
    before.push_back(one.before);
    after.push_back(one.after);
  }
  return scoring::spearman(before, after);
}

std::vector<ComparedScore> moved_most(const std::vector<ComparedScore>& compared,
                                      std::size_t limit) {
  std::vector<ComparedScore> moved = compared;
  std::erase_if(moved, [](const ComparedScore& one) { return one.change() == 0; });
  std::ranges::stable_sort(moved, std::ranges::greater{},
                           [](const ComparedScore& one) { return std::abs(one.change()); });
  if (moved.size() > limit) moved.resize(limit);
  return moved;
}

}  // namespace sextant::velocity
