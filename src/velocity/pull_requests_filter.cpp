#include "velocity/pull_requests_filter.hpp"

#include <algorithm>
#include <charconv>

#include "forge/links.hpp"
#include "velocity/api_call.hpp"
#include "velocity/commit_hash.hpp"

namespace sextant::velocity {
namespace {

std::optional<std::vector<std::int64_t>> read_repositories(const ApiCall& call,
                                                           const Directory& directory) {
  if (!call.request.parameter("repos")) return std::nullopt;
  const auto named = call.request.list("repos");
  if (named.empty()) return std::nullopt;
  std::vector<std::int64_t> ids;
  for (const std::string& name : named)
    if (const Repository* repository = directory.repository_named(name))
      ids.push_back(repository->id);
  return ids;
}

std::optional<std::vector<std::int64_t>> read_authors(const ApiCall& call,
                                                      const Directory& directory) {
  const auto named = call.request.list("authors");
  if (named.empty()) return std::nullopt;
  std::vector<std::int64_t> ids;
  for (const std::string& name : named)
    if (const Contributor* contributor = directory.contributor_named(name))
      ids.insert(ids.end(), contributor->identities.begin(), contributor->identities.end());
  return ids;
}

Result<void> read_dates(const ApiCall& call, PullRequestQuery& query) {
  const auto after = TRY(call.request.time("merged_after"));
  const auto before = TRY(call.request.time("merged_before"));
  const auto cutoff = TRY(read_days(call));
  if (after) query.filter.merged_after = after->at;
  // A bare date means the whole day.
  if (before)
    query.filter.merged_before =
        before->date_only ? before->at + std::chrono::days{1} - std::chrono::milliseconds{1}
                          : before->at;
  if (!after && !before && cutoff) query.filter.merged_after = query.cutoff = cutoff;
  const auto updated_after = TRY(call.request.time("updated_after"));
  if (updated_after) query.filter.updated_after = updated_after->at;
  return {};
}

Result<void> read_scores(const ApiCall& call, PullRequestFilter& filter) {
  filter.min_score = TRY(call.request.number("min_score"));
  filter.max_score = TRY(call.request.number("max_score"));
  if (filter.min_score && filter.max_score && *filter.min_score > *filter.max_score)
    return fail(ErrorKind::invalid, "min_score is above max_score; no score can be both");
  return {};
}

}  // namespace

Result<PullRequestQuery> read_pull_request_query(const ApiCall& call, const Directory& directory) {
  PullRequestQuery query;
  TRY(read_dates(call, query));
  TRY(read_scores(call, query.filter));
  query.filter.repositories = read_repositories(call, directory);
  query.filter.identities = read_authors(call, directory);
  if (const auto search = call.request.parameter("search"); search && !search->empty())
    query.filter.words = search_words(*search);
  return query;
}

ListedPullRequest listed(const Directory& directory, const PullRequest& row) {
  // Rows and names come from one snapshot, so both are there; a row without is shown all the same.
  static const Repository no_repository{
      .id = 0, .name = "unknown/unknown", .web_url = "", .pull_request_url = ""};
  static const Contributor nobody{.id = 0,
                                  .username = "unknown",
                                  .username_folded = "unknown",
                                  .display_name = "Unknown",
                                  .profile_url = {},
                                  .avatar_url = {},
                                  .is_bot = false,
                                  .first_seen_at = {},
                                  .last_seen_at = {},
                                  .identities = {}};
  const Repository* repository = directory.repository(row.repository);
  const Contributor* contributor = directory.contributor_of(row.identity);
  return {row, repository ? *repository : no_repository, contributor ? *contributor : nobody};
}

std::string html_url(const Repository& repository, const PullRequest& row) {
  if (repository.web_url.empty()) return {};
  return row.number ? repository.pull_request_url + std::to_string(*row.number)
                    : forge::commit_url(repository.web_url, hash_text(row.merge_commit));
}

void append_html_url(http::Cell& cell, const Repository& repository, const PullRequest& row) {
  if (repository.web_url.empty()) {
    cell.null();
    return;
  }
  // A million rows have one: the usual kind is put together without an allocation.
  const std::string& prefix = repository.pull_request_url;
  char text[256];
  if (!row.number || prefix.size() + 20 > sizeof text) {
    cell.text(html_url(repository, row));
    return;
  }
  char* const end =
      std::to_chars(std::ranges::copy(prefix, text).out, std::end(text), *row.number).ptr;
  cell.text({text, static_cast<std::size_t>(end - text)});
}

}  // namespace sextant::velocity
