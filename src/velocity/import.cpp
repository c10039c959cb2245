#include "velocity/import.hpp"

#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "base/log.hpp"
#include "base/text.hpp"
#include "forge/local/history.hpp"
#include "velocity/commit_hash.hpp"
#include "velocity/guidelines.hpp"
#include "velocity/identities.hpp"
#include "velocity/merge_writer.hpp"
#include "velocity/score_commits.hpp"
#include "velocity/versions.hpp"

namespace sextant::velocity {
namespace {

// What the store knows of a repository's work: reference to commit hash.
using Known = std::unordered_map<std::string, std::string>;

Result<Known> read_known(db::Database& database, std::int64_t organization,
                         std::int64_t repository) {
  const auto reader = TRY(database.reader());
  Known known;
  TRY(reader->each(
      db::Query("SELECT r.reference, p.merge_commit FROM pull_request_references AS r"
                " JOIN pull_requests AS p ON p.organization = r.organization AND p.merged_at = "
                "r.merged_at"
                " AND p.id = r.id WHERE r.organization = {} AND r.repository = {}",
                organization, repository),
      [&](const db::Row& row) { known.emplace(row.text(0), hash_text(row.blob(1))); }));
  return known;
}

bool has_commit(const git::Repository& git, const std::string& commit) {
  return git.each_line({"cat-file", "-t", commit}, [](std::string_view) {}).has_value();
}

// The tracked repository of that name, or a new one that is not stored yet. `conflict` when the
// name belongs to another repository: one elsewhere, of whose history nothing is here.
Result<TrackedRepository> find_repository(const git::Repository& git, std::int64_t organization,
                                          const ImportOptions& options,
                                          const ImportEnvironment& environment) {
  const std::string name = options.repository_name.empty()
                               ? forge::local::guess_repository_name(git)
                               : options.repository_name;
  const auto reader = TRY(environment.database.reader());
  const auto found = TRY(RepositoryStore(*reader).find(organization, name));
  TrackedRepository tracked = found.value_or(TrackedRepository{});
  if (found && found->location != options.location && !found->imported_head.empty() &&
      !has_commit(git, found->imported_head))
    return fail(ErrorKind::conflict,
                fmt::format("{} is the name of another repository, imported from {}; give this one "
                            "its own with --repo OWNER/NAME",
                            name, found->location));
  tracked.name = name;
  tracked.location = options.location;
  tracked.web_url = forge::local::guess_web_url(git);
  return tracked;
}

Result<void> track(TrackedRepository& tracked, std::int64_t organization,
                   const ImportEnvironment& environment) {
  return environment.database.write([&](db::Connection& db) -> Result<void> {
    tracked.id = TRY(RepositoryStore(db).save(organization, tracked, environment.clock.now()));
    return count_change(db, organization, {.names = true, .pull_requests_added = 0});
  });
}

// Whether everything up to the known head, on this branch and back to `since`, is in the store.
bool covers(const TrackedRepository& tracked, const std::string& branch,
            std::optional<Instant> since) {
  if (tracked.imported_head.empty() || tracked.branch != branch) return false;
  return !tracked.imported_since || (since && *since >= *tracked.imported_since);
}

bool decide_direct_commits(DirectCommits setting, const std::vector<forge::Merge>& merges) {
  if (setting != DirectCommits::automatic) return setting == DirectCommits::on;
  return std::ranges::none_of(merges, [](const forge::Merge& merge) {
    return merge.source_type == forge::SourceType::pull_request;
  });
}

// Takes out what is stored already and direct commits that do not count. A number that belongs to
// another commit was only mentioned again, unless the history was rewritten: then it is the same
// work anew.
std::vector<forge::Merge> choose(forge::local::History& history, const Known& known,
                                 bool direct_commits, ImportReport& report) {
  std::vector<forge::Merge> chosen;
  for (forge::Merge& merge : history.merges) {
    const auto stored = known.find(reference(merge));
    const bool is_known = stored != known.end();
    if (is_known && stored->second != merge.commit && !history.was_rewritten) {
      merge.source_type = forge::SourceType::commit;
      merge.number.reset();
    }
    if (merge.source_type == forge::SourceType::commit && !direct_commits) {
      ++report.direct_commits_left_out;
      continue;
    }
    ++report.found;
    const auto same = known.find(reference(merge));
    if (same != known.end() && same->second == merge.commit)
      ++report.already_there;
    else
      chosen.push_back(std::move(merge));
  }
  return chosen;
}

void mark_bots(std::vector<forge::Merge>& merges, const std::vector<std::string>& bots) {
  if (bots.empty()) return;
  std::unordered_set<std::string> folded;
  for (const std::string& bot : bots) folded.insert(fold(bot));
  for (forge::Merge& merge : merges) {
    forge::Author& author = merge.author;
    for (const std::string& name : {author.login, author.name, author.email})
      if (folded.contains(fold(name))) author.is_bot = true;
  }
}

std::vector<git::CommitPair> to_pairs(const std::vector<forge::Merge>& merges) {
  std::vector<git::CommitPair> pairs;
  pairs.reserve(merges.size());
  for (const forge::Merge& merge : merges) pairs.push_back({merge.commit, merge.parent});
  return pairs;
}

Result<void> score_and_store(const git::Repository& git, const std::string& head,
                             const std::vector<forge::Merge>& merges,
                             const scoring::Guidelines* guidelines, MergeWriter& writer,
                             const ImportEnvironment& environment, ImportReport& report) {
  std::mutex mutex;
  std::size_t done = 0;
  const auto pairs = to_pairs(merges);
  return score_commits(git, {pairs, head, guidelines, environment.stop}, environment.scorer,
                       [&](std::size_t index, Result<scoring::Score> score) -> Result<void> {
                         std::optional<StoredScore> stored;
                         if (score) stored = to_stored(*score, environment.clock.now(), guidelines);
                         const std::lock_guard lock(mutex);
                         if (environment.progress) environment.progress(++done, merges.size());
                         if (!score) {
                           report.skipped.push_back(
                               {merges[index].commit, merges[index].title, score.error().message});
                           return {};
                         }
                         ++report.scored;
                         return writer.add(merges[index], std::move(stored));
                       });
}

Result<void> store_unscored(const std::vector<forge::Merge>& merges, MergeWriter& writer,
                            ImportReport& report) {
  for (const forge::Merge& merge : merges) TRY(writer.add(merge, std::nullopt));
  report.stored_unscored = merges.size();
  return {};
}

// The checkpoint is written last: whatever stops an import before it is done again, which changes
// nothing.
Result<void> finish(const ImportEnvironment& environment, std::int64_t organization,
                    const forge::local::History& history, TrackedRepository tracked,
                    bool is_complete, const ImportOptions& options) {
  return environment.database.write([&](db::Connection& db) -> Result<void> {
    IdentityStore identities(db, organization);
    TRY(identities.apply(history.mailmap, {tracked.id, tracked.web_url, environment.clock.now()}));
    if (is_complete) {
      if (!covers(tracked, history.branch, options.since)) tracked.imported_since = options.since;
      tracked.branch = history.branch;
      tracked.imported_head = history.head;
    }
    TRY(RepositoryStore(db).save(organization, tracked, environment.clock.now()));
    return count_change(db, organization,
                        {.names = identities.changed(), .pull_requests_added = 0});
  });
}

}  // namespace

Result<ImportReport> import_repository(const git::Repository& git, std::int64_t organization,
                                       const ImportOptions& options,
                                       const ImportEnvironment& environment) {
  TrackedRepository tracked = TRY(find_repository(git, organization, options, environment));
  ImportReport report{.repository_name = tracked.name, .branch = "", .skipped = {}};
  report.is_shallow = git.is_shallow();

  const std::string branch = options.branch.empty() ? git.default_branch() : options.branch;
  forge::local::HistoryOptions history_options{
      .branch = branch, .since = options.since, .known_head = ""};
  if (covers(tracked, branch, options.since)) history_options.known_head = tracked.imported_head;
  auto history = TRY(forge::local::read_history(git, history_options));
  TRY(track(tracked, organization, environment));
  report.branch = history.branch;
  report.was_rewritten = history.was_rewritten;
  report.is_empty = history.head.empty();
  if (report.is_empty) return report;

  mark_bots(history.merges, options.settings.bots);
  if (!tracked.score_direct_commits)
    tracked.score_direct_commits =
        decide_direct_commits(options.settings.score_direct_commits, history.merges);
  const Known known = TRY(read_known(environment.database, organization, tracked.id));
  report.already_there =
      history_options.known_head.empty() || history.was_rewritten ? 0 : known.size();
  report.found = report.already_there;
  const auto merges = choose(history, known, *tracked.score_direct_commits, report);
  const auto guidelines =
      TRY(read_current_guidelines(environment.database, organization, tracked.id));

  MergeWriter writer(environment.database, environment.clock, organization, tracked,
                     history.mailmap,
                     tracked.imported_head.empty() ? MergeWriter::News::of_the_past
                                                   : MergeWriter::News::announced);
  if (options.score)
    TRY(score_and_store(git, history.head, merges, guidelines ? &*guidelines : nullptr, writer,
                        environment, report));
  else
    TRY(store_unscored(merges, writer, report));
  TRY(writer.finish());
  std::ranges::sort(report.skipped, {}, &SkippedCommit::commit);
  TRY(finish(environment, organization, history, tracked, report.skipped.empty(), options));
  log::debug("repository.imported", {{"repository", tracked.name},
                                     {"found", report.found},
                                     {"scored", report.scored},
                                     {"skipped", report.skipped.size()},
                                     {"already_there", report.already_there}});
  return report;
}

}  // namespace sextant::velocity
