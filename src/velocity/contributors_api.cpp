// Contributors: the list, and one with the scores as they stand.
#include <algorithm>

#include <fmt/format.h>

#include "velocity/api_call.hpp"
#include "velocity/contributor_shape.hpp"
#include "velocity/pull_request_store.hpp"

namespace sextant::velocity {
namespace {

using Cell = http::Cell;

constexpr http::Column<Contributor> columns[] = {
    {"username", [](const Contributor& who, Cell& cell) { cell.text(who.username); }},
    {"display_name", [](const Contributor& who, Cell& cell) { cell.text(who.display_name); }},
    {"profile_url", [](const Contributor& who, Cell& cell) { cell.text_or_null(who.profile_url); }},
    {"avatar_url", [](const Contributor& who, Cell& cell) { cell.text_or_null(who.avatar_url); }},
    {"is_bot", [](const Contributor& who, Cell& cell) { cell.boolean(who.is_bot); }},
    {"first_seen_at", [](const Contributor& who, Cell& cell) { cell.time(who.first_seen_at); }},
    {"last_seen_at", [](const Contributor& who, Cell& cell) { cell.time(who.last_seen_at); }},
};

void append_scores(json::Writer& json, const Histogram& scores) {
  const auto integer_or_null = [&](std::optional<std::int64_t> value) {
    value ? json.integer(*value) : json.null();
  };
  json.key("current_scores").begin_object();
  json.key("average_score");
  integer_or_null(average_score(scores.count(), scores.total()));
  json.key("total_prs").integer(scores.count());
  json.key("max_score");
  integer_or_null(scores.highest());
  json.key("min_score");
  integer_or_null(scores.lowest());
  json.key("score_distribution").begin_object();
  json.key("high").integer(scores.between(high_from, Histogram::score_max));
  json.key("medium").integer(scores.between(medium_from, high_from - 1));
  json.key("low").integer(scores.between(0, medium_from - 1));
  json.end_object().end_object();
}

void append_repositories(json::Writer& json, const Directory& directory,
                         const std::vector<std::int64_t>& ids) {
  std::vector<std::string_view> names;
  for (const std::int64_t id : ids)
    if (const Repository* repository = directory.repository(id)) names.push_back(repository->name);
  std::ranges::sort(names);
  json.key("repositories").begin_array();
  for (const std::string_view name : names) json.string(name);
  json.end_array();
}

}  // namespace

std::optional<std::int64_t> average_score(std::int64_t count, std::int64_t total) {
  if (count == 0) return std::nullopt;
  return (2 * total + count) / (2 * count);
}

Result<const Contributor*> named_contributor(const ApiCall& call, const Directory& directory) {
  const std::string_view username = call.request.path_value("username");
  const Contributor* found = directory.contributor_named(username);
  if (!found)
    return fail(ErrorKind::not_found,
                fmt::format("no contributor is called \"{}\"; /api/v1/contributors lists them all",
                            username));
  return found;
}

void append_identity(json::Writer& json, const Contributor& contributor) {
  json.key("username").string(contributor.username);
  json.key("display_name").string(contributor.display_name);
}

Result<ContributorPage> read_contributor_page(const ApiCall& call, const Directory& directory) {
  const int limit = TRY(read_limit(call.request));
  const auto after = TRY(open_cursor(call, contributor_filters));
  const std::vector<Contributor>& all = directory.contributors();
  const auto first = after
                         ? std::ranges::upper_bound(all, *after, {}, &Contributor::username_folded)
                         : all.begin();
  const auto end = first + std::min<std::ptrdiff_t>(limit, all.end() - first);
  ContributorPage page{.items = {first, end}, .next = {}};
  if (end != all.end())
    page.next = seal_cursor(call, (end - 1)->username_folded, contributor_filters);
  return page;
}

Result<http::Response> list_contributors(const ApiCall& call) {
  const auto snapshot = TRY(db::Snapshot::begin(call.db));
  const Names names = TRY(read_names(call, call.db));
  const ContributorPage page = TRY(read_contributor_page(call, *names.directory));
  std::string version = answer_version(call, names.versions);
  if (auto unchanged = http::not_modified(call.request, version)) return *std::move(unchanged);

  const auto selected = select_fields(call, columns);
  std::string body = "{\"items\":[";
  for (const Contributor& contributor : page.items) {
    if (&contributor != page.items.data()) body += ',';
    http::append_object<Contributor>(body, contributor, selected);
  }
  append_next_cursor(body, page.next);
  http::Response response = http::json(std::move(body));
  response.version = std::move(version);
  return response;
}

Result<http::Response> show_contributor(const ApiCall& call) {
  const auto snapshot = TRY(db::Snapshot::begin(call.db));
  const Names names = TRY(read_names(call, call.db));
  const auto since = TRY(read_days(call));
  const Contributor* contributor = TRY(named_contributor(call, *names.directory));
  std::string version = answer_version(call, names.versions, since ? to_iso(*since) : "");
  if (auto unchanged = http::not_modified(call.request, version)) return *std::move(unchanged);

  const Histogram scores =
      TRY(read_histogram(call.db, call.organization, contributor->identities, since));
  const auto repositories = TRY(
      PullRequestStore(call.db).repositories_of(call.organization, contributor->identities, since));
  std::string body;
  json::Writer json(body);
  json.begin_object();
  append_identity(json, *contributor);
  const auto text_or_null = [&](const std::optional<std::string>& text) {
    text ? json.string(*text) : json.null();
  };
  json.key("profile_url");
  text_or_null(contributor->profile_url);
  json.key("avatar_url");
  text_or_null(contributor->avatar_url);
  append_repositories(json, *names.directory, repositories);
  append_scores(json, scores);
  json.end_object();
  http::Response response = http::json(std::move(body));
  response.version = std::move(version);
  return response;
}

}  // namespace sextant::velocity
