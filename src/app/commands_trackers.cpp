#include <algorithm>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/print_list.hpp"
#include "app/read_text.hpp"
#include "base/text.hpp"
#include "ingest/stored_events.hpp"
#include "leads/keyword_matcher.hpp"
#include "leads/keyword_snippet.hpp"
#include "leads/trackers.hpp"
#include "velocity/repository_store.hpp"

namespace sextant::app {
namespace {

constexpr int preview_events = 20'000;
constexpr std::size_t preview_shown = 20;
constexpr std::size_t phrases_per_write = 500;

// A repository as people know it: imported for its pull requests, tracked for its stars, or both.
struct KnownRepository {
  std::string name;
  std::optional<velocity::TrackedRepository> imported;
  std::optional<leads::TrackedRepository> tracked;
};

Result<std::vector<KnownRepository>> known_repositories(db::Connection& db,
                                                        std::int64_t organization) {
  std::vector<KnownRepository> known;
  for (auto& imported : TRY(velocity::RepositoryStore(db).list(organization)))
    known.push_back({.name = imported.name, .imported = imported, .tracked = {}});
  for (auto& tracked : TRY(leads::Trackers(db, organization).repositories())) {
    const auto same = std::ranges::find(known, fold(tracked.full_name),
                                        [](const auto& one) { return fold(one.name); });
    if (same != known.end())
      same->tracked = tracked;
    else
      known.push_back({.name = tracked.full_name, .imported = {}, .tracked = tracked});
  }
  return known;
}

std::string tracking(const KnownRepository& repository) {
  if (!repository.tracked) return "-";
  return fmt::format("{}{}", leads::to_text(repository.tracked->relation),
                     repository.tracked->is_paused ? " (paused)" : "");
}

Result<leads::ScanTargets> read_targets(const std::vector<std::string>& names) {
  leads::ScanTargets targets{.issues = false, .prs = false, .discussions = false, .code = false};
  for (const std::string& name : names) {
    if (name == "issues")
      targets.issues = true;
    else if (name == "prs")
      targets.prs = true;
    else if (name == "discussions")
      targets.discussions = true;
    else if (name == "code")
      targets.code = true;
    else
      return fail(
          ErrorKind::invalid,
          fmt::format("\"{}\" is no target; they are issues, prs, discussions and code", name));
  }
  return targets;
}

std::vector<std::string> names_of(const leads::ScanTargets& targets) {
  std::vector<std::string> names;
  if (targets.issues) names.emplace_back("issues");
  if (targets.prs) names.emplace_back("prs");
  if (targets.discussions) names.emplace_back("discussions");
  if (targets.code) names.emplace_back("code");
  return names;
}

Result<std::vector<std::string>> phrases_of(const KeywordOptions& options) {
  if (options.file.empty()) {
    if (!options.phrase.empty()) return std::vector{options.phrase};
    return fail(ErrorKind::invalid, "say which keyword, or name a --file of them");
  }
  const std::string text = TRY(read_text(options.file));
  std::vector<std::string> phrases;
  for (const std::string_view line : split(text, '\n'))
    if (!trim(line).empty()) phrases.emplace_back(trim(line));
  if (!phrases.empty()) return phrases;
  return fail(ErrorKind::invalid, fmt::format("{} holds no keyword", options.file));
}

}  // namespace

Result<int> list_repositories(const GlobalOptions& global, const RepositoryOptions& options) {
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization));
  const auto reader = TRY(store.database->reader());
  const auto known = TRY(known_repositories(*reader, organization.id));
  print_list(
      known, options.json,
      [](json::Writer& json, const KnownRepository& one) {
        const velocity::TrackedRepository imported =
            one.imported.value_or(velocity::TrackedRepository{});
        json.key("name").string(one.name);
        json.key("location").string(imported.location);
        json.key("web_url").string(imported.web_url);
        json.key("branch").string(imported.branch);
        json.key("imported_head").string(imported.imported_head);
        json.key("tracked");
        one.tracked ? json.string(leads::to_text(one.tracked->relation)) : json.null();
        json.key("paused").boolean(one.tracked && one.tracked->is_paused);
      },
      [](const KnownRepository& one) {
        return fmt::format("{}\t{}\t{}", one.name, one.imported ? one.imported->location : "-",
                           tracking(one));
      });
  return ExitStatus::done;
}

Result<int> track_repository(const GlobalOptions& global, const RepositoryOptions& options) {
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization, true));
  const auto relation = leads::relation_named(options.type);
  if (!relation) return fail(ErrorKind::invalid, "--type takes own, competitor or ecosystem");
  TRY(store.database->write([&](db::Connection& db) -> Result<void> {
    TRY(leads::Trackers(db, organization.id)
            .add_repository(options.name, *relation, system_clock().now()));
    return {};
  }));
  fmt::print(stderr, "tracking {}; new stars and forks become leads from now on\n", options.name);
  return ExitStatus::done;
}

Result<int> untrack_repository(const GlobalOptions& global, const RepositoryOptions& options) {
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization));
  TRY(store.database->write([&](db::Connection& db) -> Result<void> {
    leads::Trackers trackers(db, organization.id);
    for (const auto& tracked : TRY(trackers.repositories()))
      if (fold(tracked.full_name) == fold(options.name)) {
        TRY(trackers.remove_repository(tracked.id));
        return {};
      }
    return fail(ErrorKind::not_found,
                fmt::format("{} is not tracked; `sextant repo list` shows what is", options.name));
  }));
  fmt::print(stderr, "{} is not tracked any more; its leads stay\n", options.name);
  return ExitStatus::done;
}

Result<int> track_keyword(const GlobalOptions& global, const KeywordOptions& options) {
  const auto targets = TRY(read_targets(options.targets));
  const auto phrases = TRY(phrases_of(options));
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization, true));
  std::size_t added = 0;
  for (std::size_t at = 0; at < phrases.size(); at += phrases_per_write)
    TRY(store.database->write([&](db::Connection& db) -> Result<void> {
      leads::Trackers trackers(db, organization.id);
      added = at;
      for (; added < std::min(at + phrases_per_write, phrases.size()); ++added)
        if (auto kept = trackers.add_keyword(phrases[added], targets, system_clock().now()); !kept)
          return context(phrases[added], kept.error());
      return {};
    }));
  fmt::print(
      stderr, "tracking {} in {}\n",
      added == 1 ? fmt::format("\"{}\"", phrases.front()) : fmt::format("{} keywords", added),
      fmt::join(names_of(targets), ", "));
  return ExitStatus::done;
}

Result<int> list_keywords(const GlobalOptions& global, const KeywordOptions& options) {
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization));
  const auto reader = TRY(store.database->reader());
  const auto keywords = TRY(leads::Trackers(*reader, organization.id).keywords());
  print_list(
      keywords, options.json,
      [](json::Writer& json, const leads::TrackedKeyword& one) {
        json.key("keyword").string(one.keyword);
        json.key("scan_targets").begin_array();
        for (const std::string& name : names_of(one.targets)) json.string(name);
        json.end_array();
        json.key("paused").boolean(one.is_paused);
        json.key("created_at").time(one.created_at);
      },
      [](const leads::TrackedKeyword& one) {
        return fmt::format("{}\t{}{}", one.keyword, fmt::join(names_of(one.targets), ","),
                           one.is_paused ? " (paused)" : "");
      });
  return ExitStatus::done;
}

Result<int> untrack_keyword(const GlobalOptions& global, const KeywordOptions& options) {
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization));
  TRY(store.database->write([&](db::Connection& db) -> Result<void> {
    leads::Trackers trackers(db, organization.id);
    for (const auto& tracked : TRY(trackers.keywords()))
      if (fold(tracked.keyword) == fold(options.phrase)) {
        TRY(trackers.remove_keyword(tracked.id));
        return {};
      }
    return fail(
        ErrorKind::not_found,
        fmt::format("\"{}\" is not tracked; `sextant keyword list` shows what is", options.phrase));
  }));
  fmt::print(stderr, "\"{}\" is not tracked any more; its leads stay\n", options.phrase);
  return ExitStatus::done;
}

// What it would have matched among the events that are kept.
Result<int> preview_keyword(const GlobalOptions& global, const KeywordOptions& options) {
  const auto targets = TRY(read_targets(options.targets));
  const auto keyword = TRY(leads::Keyword::parse(options.phrase));
  const auto matcher = TRY(leads::KeywordMatcher::compile(
      {{.organization = 1, .id = 1, .keyword = keyword, .targets = targets}}));
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization));
  const auto reader = TRY(store.database->reader());
  std::size_t looked_at = 0;
  std::size_t matched = 0;
  TRY(ingest::each_stored_event(
      *reader, organization.id, preview_events, [&](const forge::Event& event) {
        ++looked_at;
        const auto matches = matcher->match(event);
        if (matches.empty() || ++matched > preview_shown) return true;
        const auto& found = matches.front();
        fmt::print("{}\t{}\t{}\t{}\n", to_iso(event.occurred_at), event.repository.full_name,
                   event.actor.login,
                   leads::make_snippet(found.is_in_title ? event.title : event.body, found.begin,
                                       found.end));
        return true;
      }));
  fmt::print(stderr, "{} of the latest {} events match{}\n", matched, looked_at,
             matched > preview_shown ? fmt::format("; the first {} are shown", preview_shown) : "");
  return ExitStatus::done;
}

}  // namespace sextant::app
