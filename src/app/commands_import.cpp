#include <fmt/format.h>

#include "app/chosen_scorer.hpp"
#include "app/commands.hpp"
#include "app/model_fallbacks.hpp"
#include "app/progress.hpp"
#include "app/repositories.hpp"
#include "app/stop_signals.hpp"
#include "base/printable.hpp"
#include "git/address.hpp"
#include "jobs/job_store.hpp"
#include "velocity/import.hpp"
#include "velocity/import_job.hpp"
#include "velocity/rescore.hpp"

namespace sextant::app {
namespace {

constexpr std::size_t skipped_shown = 20;

void print_skipped(const std::vector<velocity::SkippedCommit>& skipped) {
  for (std::size_t i = 0; i < skipped.size() && i < skipped_shown; ++i)
    fmt::print(stderr, "skipped {} {}: {}\n", skipped[i].commit.substr(0, 12),
               printable(skipped[i].title), skipped[i].reason);
  if (skipped.size() > skipped_shown)
    fmt::print(stderr, "skipped {} more\n", skipped.size() - skipped_shown);
}

void print_report(const velocity::ImportReport& report) {
  if (report.is_empty)
    fmt::print(stderr, "{} has no commit on {} yet\n", report.repository_name, report.branch);
  if (report.was_rewritten)
    fmt::print(stderr,
               "the history of {} was rewritten since the last import; all of it was read again, "
               "and what is no "
               "longer on {} was kept\n",
               report.repository_name, report.branch);
  if (report.is_shallow)
    fmt::print(stderr,
               "{} is a shallow clone: only the history it holds was read; `git fetch --unshallow` "
               "gets the rest\n",
               report.repository_name);
  print_skipped(report.skipped);
  fmt::print("{}: found {}, scored {}, skipped {}, already there {}", report.repository_name,
             report.found, report.scored, report.skipped.size(), report.already_there);
  if (report.stored_unscored > 0) fmt::print(", not scored {}", report.stored_unscored);
  if (report.direct_commits_left_out > 0)
    fmt::print(", direct commits left out {}", report.direct_commits_left_out);
  fmt::print("\n");
}

std::optional<Instant> months_ago(std::optional<int> months) {
  if (!months) return std::nullopt;
  const Instant now = system_clock().now();
  const std::chrono::year_month_day today{day_of(now)};
  auto date = today - std::chrono::months{*months};
  if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
  return Instant{Day{date}} + (now - Instant{day_of(now)});
}

Result<void> check_place_for_nodes(const std::string& place) {
  if (!is_url(place) && !std::filesystem::is_directory(place))
    return fail(ErrorKind::invalid, fmt::format("there is no folder {}", place));
  if (!is_url(place)) return {};
  TRY(git::check_address(place));
  if (git::without_credentials(place) != place)
    return fail(ErrorKind::invalid,
                "a URL with a name or password in it is not queued, for it would be stored; give "
                "the nodes git credentials instead");
  return {};
}

// Leaves the import to the nodes that do background work.
Result<int> queue_import(const Store& store, const ImportGitOptions& options) {
  TRY(check_place_for_nodes(options.place));
  const auto organization = TRY(choose_organization(store, options.organization, true));
  jobs::JobStore queue(*store.database, jobs::shared_time(*store.database, system_clock()));
  const auto job =
      velocity::import_job(organization.id, {.location = stored_place(options.place),
                                             .repository_name = options.repository_name,
                                             .branch = options.branch,
                                             .since = months_ago(options.months),
                                             .score = !options.no_score});
  const auto id = TRY(queue.add(job));
  fmt::print(stderr,
             "queued; a server that does background work imports it, and its log says how "
             "it went\n");
  fmt::print("{}\n", id);
  return ExitStatus::done;
}

// The one that the options name, or all of them.
Result<std::vector<velocity::TrackedRepository>> chosen_repositories(const Store& store,
                                                                     std::int64_t organization,
                                                                     const ScoreOptions& options) {
  const auto reader = TRY(store.database->reader());
  if (options.repository_name.empty()) return velocity::RepositoryStore(*reader).list(organization);
  auto one = TRY(find_repository(*reader, organization, options.repository_name));
  return std::vector{std::move(one)};
}

// Runs `work` over the repositories that the options name.
template <typename Work>
Result<int> each_repository(const GlobalOptions& global, const ScoreOptions& options,
                            const std::string& what, Work work) {
  const StopSignals stop_signals;
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization));
  const auto repositories = TRY(chosen_repositories(store, organization.id, options));
  const StopOnSignal stop(stop_signals);
  const ChosenScorer chosen = TRY(
      choose_scorer(store, options.scorer, store.config.scoring, organization.id, stop.token()));
  int status = ExitStatus::done;
  for (const auto& repository : repositories) {
    Progress progress(fmt::format("{} {}", what, repository.name));
    const velocity::ImportEnvironment environment{
        *store.database, *chosen.scorer, system_clock(),
        [&](std::size_t done, std::size_t total) { progress.show(done, total); }, stop.token()};
    const auto git = TRY(open_repository(store, repository.location, false));
    const int one = TRY(work(git, organization.id, repository, environment));
    if (stop.token().stop_requested()) return ExitStatus::failed;
    status = std::max(status, one);
  }
  return status;
}

}  // namespace

Result<int> import_git(const GlobalOptions& global, const ImportGitOptions& options) {
  const Store store = TRY(open_store(global));
  if (options.queue) return queue_import(store, options);
  const auto git = TRY(open_repository(store, options.place, true));
  const auto organization = TRY(choose_organization(store, options.organization, true));
  const auto scorer = scoring::make_static_scorer(store.config.scoring);
  velocity::ImportReport report;
  {
    Progress progress("scored");
    const velocity::ImportEnvironment environment{
        *store.database, *scorer, system_clock(),
        [&](std::size_t done, std::size_t total) { progress.show(done, total); }};
    report = TRY(velocity::import_repository(git, organization.id,
                                             {.repository_name = options.repository_name,
                                              .location = stored_place(options.place),
                                              .branch = options.branch,
                                              .since = months_ago(options.months),
                                              .score = !options.no_score,
                                              .settings = store.config.velocity},
                                             environment));
  }
  print_report(report);
  return report.skipped.empty() ? ExitStatus::done : ExitStatus::some_skipped;
}

Result<int> score(const GlobalOptions& global, const ScoreOptions& options) {
  return each_repository(
      global, options, "scored",
      [&](const auto& git, std::int64_t organization, const auto& repository,
          const auto& environment) -> Result<int> {
        const auto report =
            TRY(velocity::rescore(git, organization, repository, options.rescore, environment));
        print_skipped(report.skipped);
        fmt::print(stderr, "{}", without_model_text(repository.name, report));
        const std::size_t alone = count(report.fallbacks) - report.opinions_kept;
        fmt::print("{}: scored {}{}, unchanged {}, skipped {}\n", repository.name, report.scored,
                   alone > 0 ? fmt::format(" (by the static scorer alone {})", alone) : "",
                   report.unchanged, report.skipped.size());
        if (report.is_stopped)
          fmt::print(stderr, "stopped before the end: the same command again scores the rest\n");
        if (options.scorer == "llm" && !options.rescore && report.scored == 0)
          fmt::print(stderr, "all of {} has a score; --rescore asks the model about it\n",
                     repository.name);
        return report.skipped.empty() && report.fallbacks.empty() ? ExitStatus::done
                                                                  : ExitStatus::some_skipped;
      });
}

Result<int> verify(const GlobalOptions& global, const ScoreOptions& options) {
  return each_repository(
      global, options, "replayed",
      [&](const auto& git, std::int64_t organization, const auto& repository,
          const auto& environment) -> Result<int> {
        const auto report = TRY(velocity::verify(git, organization, repository, environment));
        for (const auto& difference : report.different)
          fmt::print("{} {}: {}\n", repository.name, difference.reference, difference.what);
        print_skipped(report.not_replayable);
        fmt::print("{}: same {}, different {}, not replayable {}\n", repository.name, report.same,
                   report.different.size(), report.not_replayable.size());
        if (!report.different.empty()) return ExitStatus::failed;
        return report.not_replayable.empty() ? ExitStatus::done : ExitStatus::some_skipped;
      });
}

}  // namespace sextant::app
