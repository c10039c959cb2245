#include <fmt/format.h>

#include "app/chosen_scorer.hpp"
#include "app/commands.hpp"
#include "app/progress.hpp"
#include "app/read_text.hpp"
#include "app/repositories.hpp"
#include "app/stop_signals.hpp"
#include "app/what_if_report.hpp"
#include "scoring/guidelines.hpp"
#include "velocity/guidelines.hpp"

namespace sextant::app {
namespace {

// The text in the file that the options name, else the version in force; nothing where that is
// none.
Result<std::optional<scoring::Guidelines>> choose_guidelines(const WhatIfOptions& options,
                                                             db::Database& database,
                                                             std::int64_t organization,
                                                             std::int64_t repository) {
  if (options.guidelines_file.empty())
    return velocity::read_current_guidelines(database, organization, repository);
  std::string text = TRY(read_text(options.guidelines_file));
  auto read = scoring::read_guidelines(0, std::move(text));
  if (!read) return context(shown_file(options.guidelines_file), read.error());
  return *std::move(read);
}

std::string shown(const WhatIfOptions& options,
                  const std::optional<scoring::Guidelines>& guidelines) {
  if (!options.guidelines_file.empty()) return shown_file(options.guidelines_file);
  return guidelines ? fmt::format("version {}", guidelines->version) : "none";
}

}  // namespace

Result<int> what_if(const GlobalOptions& global, const WhatIfOptions& options) {
  const StopSignals stop_signals;
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization));
  velocity::TrackedRepository repository;
  {
    const auto reader = TRY(store.database->reader());
    repository = TRY(find_repository(*reader, organization.id, options.repository_name));
  }
  const auto guidelines =
      TRY(choose_guidelines(options, *store.database, organization.id, repository.id));
  scoring::ScoringSettings settings = store.config.scoring;
  if (!options.effort_scale.empty())
    settings.effort_scale = TRY(scoring::parse_effort_scale(options.effort_scale));
  const StopOnSignal stop(stop_signals);
  const ChosenScorer chosen =
      TRY(choose_scorer(store, options.scorer, settings, organization.id, stop.token()));
  const auto git = TRY(open_repository(store, repository.location, false));
  velocity::WhatIfReport report;
  {
    Progress progress(fmt::format("scored {}", repository.name));
    report = TRY(velocity::what_if(
        git, organization.id, repository,
        {.guidelines = guidelines ? &*guidelines : nullptr,
         .newest = static_cast<std::size_t>(options.newest)},
        {*store.database, *chosen.scorer, system_clock(),
         [&](std::size_t done, std::size_t total) { progress.show(done, total); }, stop.token()}));
  }
  const WhatIfTerms terms{.repository = repository.name,
                          .scorer = chosen.scorer->id(),
                          .guidelines = shown(options, guidelines),
                          .effort_scale = std::string(scoring::name(settings.effort_scale)),
                          .limit = static_cast<std::size_t>(options.limit)};
  if (options.json)
    fmt::print("{}\n", what_if_json(terms, report));
  else
    fmt::print("{}", what_if_text(terms, report));
  return report.not_replayable.empty() && report.fallbacks.empty() ? ExitStatus::done
                                                                   : ExitStatus::some_skipped;
}

}  // namespace sextant::app
