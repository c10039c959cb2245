#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/explanation.hpp"
#include "app/print_list.hpp"
#include "app/read_text.hpp"
#include "app/repositories.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"
#include "git/diff.hpp"
#include "scoring/evaluation.hpp"
#include "scoring/feature_rows.hpp"
#include "scoring/model_fit.hpp"
#include "velocity/guidelines.hpp"
#include "velocity/pull_request_detail.hpp"

namespace sextant::app {
namespace {

constexpr int history_max = 10'000;

Result<int> explain_diff(const GlobalOptions& global, const ExplainOptions& options) {
  const Config config = TRY(read_config(global));
  const std::string text = TRY(read_text(options.diff_file));
  const git::Diff diff = TRY(git::parse_diff(text));
  if (diff.files.empty())
    return fail(ErrorKind::invalid,
                "there is no diff in it; give the output of `git diff` or `git show`");
  const auto scorer = scoring::make_static_scorer(config.scoring);
  const scoring::Score score = TRY(scorer->score({.diff = diff}));
  if (options.json)
    fmt::print("{}\n", velocity::score_json(score));
  else
    fmt::print("{}", explanation("", score));
  return ExitStatus::done;
}

struct Found {
  std::int64_t organization = 0;
  std::int64_t repository = 0;
  velocity::PullRequestDetail detail;
};

Result<Found> find_stored(const Store& store, db::Connection& db, const ExplainOptions& options) {
  const Reference reference = TRY(read_reference(options.pull_request));
  const auto organization = TRY(choose_organization(store, options.organization));
  const auto repository = TRY(find_repository(db, organization.id, reference.repository));
  velocity::PullRequestStore pull_requests(db);
  const auto id = TRY(pull_requests.find_id(organization.id, repository.id, reference.source_type,
                                            reference.reference));
  auto detail = id ? TRY(pull_requests.find(organization.id, *id)) : std::nullopt;
  if (!detail)
    return fail(ErrorKind::not_found, fmt::format("{} is not in the store", options.pull_request));
  return Found{
      .organization = organization.id, .repository = repository.id, .detail = *std::move(detail)};
}

Result<std::vector<velocity::PastScore>> history_of(db::Connection& db, const Found& found,
                                                    int limit) {
  return velocity::PullRequestStore(db).history(found.organization,
                                                found.detail.pull_request.row.id, limit);
}

std::string line(const velocity::PastScore& past) {
  const auto factor = past.effort_factor_thousandths;
  return fmt::format(
      "{}  {:>3} = base {:>3} x {:<5}  {}  rubric {}  {}{}{}", to_iso(past.scored_at), past.score,
      past.base, factor ? fmt::format("{:g}", *factor / 1000.0) : "?", past.scorer, past.rubric,
      past.guidelines_version != 0 ? fmt::format("guidelines {}", past.guidelines_version)
                                   : "no guidelines",
      past.model_fallback.empty() ? "" : "  without a model: ", past.model_fallback);
}

Result<void> print_object(db::Connection& db, const Found& found) {
  const auto directory = TRY(velocity::Directory::load(db, found.organization));
  const auto history = TRY(history_of(db, found, velocity::history_shown));
  const auto body = TRY(velocity::pull_request_json(*directory, found.detail, history));
  fmt::print("{}\n", body);
  return {};
}

Result<void> print_explanation(db::Connection& db, const Found& found, const std::string& name) {
  const velocity::PullRequestDetail& detail = found.detail;
  if (!detail.score) {
    fmt::print("{} {} is not scored yet; `sextant score` does that\n", name,
               printable(detail.title));
    return {};
  }
  const scoring::Score score = TRY(velocity::from_stored(*detail.score));
  fmt::print("{}", explanation(name + " " + detail.title, score));
  const auto in_force =
      TRY(velocity::GuidelinesStore(db).find(found.organization, found.repository));
  if (!in_force) return {};
  const int version = detail.score->guidelines_version;
  fmt::print("\nGuidelines: {}", version != 0 ? fmt::format("version {}", version) : "none");
  if (version != in_force->version) fmt::print("; version {} is in force now", in_force->version);
  fmt::print("\n");
  return {};
}

Result<int> explain_stored(const GlobalOptions& global, const ExplainOptions& options) {
  const Store store = TRY(open_store(global));
  const auto reader = TRY(store.database->reader());
  const Found found = TRY(find_stored(store, *reader, options));
  if (options.history) {
    const auto history = TRY(history_of(*reader, found, history_max));
    print_list(history, options.json, velocity::append_past_score, line);
  } else if (options.json) {
    TRY(print_object(*reader, found));
  } else {
    TRY(print_explanation(*reader, found, options.pull_request));
  }
  return ExitStatus::done;
}

// "owner/name=path"
Result<scoring::Clones> open_clones(const std::vector<std::string>& texts,
                                    const std::filesystem::path& scratch) {
  scoring::Clones clones;
  for (const std::string& text : texts) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
      return fail(ErrorKind::invalid, fmt::format("\"{}\" is no REPO=PATH", text));
    scoring::Clone clone = TRY(scoring::open_clone(text.substr(equals + 1), scratch));
    clones.insert_or_assign(text.substr(0, equals), std::move(clone));
  }
  return clones;
}

Result<int> print_features(scoring::EvaluationKind kind, const EvalOptions& options,
                           const scoring::Clones& clones, const scoring::Scorer& scorer) {
  bool has_skipped = false;
  const auto print = [](const std::string& row) { fmt::print("{}\n", row); };
  const auto skip = [&](const std::string& problem) {
    has_skipped = true;
    fmt::print(stderr, "skipped {}\n", problem);
  };
  const auto done = scoring::write_feature_rows(kind, options.file, clones, scorer, print, skip);
  if (!done) return std::unexpected(done.error());
  return has_skipped ? ExitStatus::some_skipped : ExitStatus::done;
}

Result<int> print_fit(scoring::EvaluationKind kind, const EvalOptions& options,
                      const scoring::Clones& clones) {
  const scoring::Fit fit = TRY(scoring::fit_model(kind, options.file, clones));
  fmt::print("{}", fit.model_text);
  fmt::print(stderr, "{}", fit.report);
  return ExitStatus::done;
}

}  // namespace

Result<Reference> read_reference(const std::string& text) {
  const auto hash = text.rfind('#');
  if (hash == text.npos || hash == 0 || hash + 1 == text.size())
    return fail(ErrorKind::invalid, fmt::format("\"{}\" is no OWNER/NAME#N", text));
  Reference reference{.repository = text.substr(0, hash), .reference = text.substr(hash + 1)};
  if (!parse_integer(reference.reference) || reference.reference.size() >= 40)
    reference.source_type = forge::SourceType::commit;
  return reference;
}

Result<int> explain(const GlobalOptions& global, const ExplainOptions& options) {
  return options.diff_file.empty() ? explain_stored(global, options)
                                   : explain_diff(global, options);
}

Result<int> eval(const GlobalOptions& global, const EvalOptions& options) {
  const Config config = TRY(read_config(global));
  const auto kind = TRY(scoring::parse_evaluation_kind(options.kind));
  const auto scorer = scoring::make_static_scorer(config.scoring);
  const scoring::Clones clones = TRY(open_clones(options.clones, config.data / "scratch"));
  if (options.fit) return print_fit(kind, options, clones);
  if (options.features) return print_features(kind, options, clones, *scorer);
  const auto evaluation = TRY(scoring::evaluate(kind, options.file, clones, *scorer));
  fmt::print("{}\n", options.json ? scoring::to_json(evaluation) : scoring::to_text(evaluation));
  for (const std::string& problem : evaluation.problems)
    fmt::print(stderr, "skipped {}\n", problem);
  return evaluation.skipped == 0 ? ExitStatus::done : ExitStatus::some_skipped;
}

}  // namespace sextant::app
