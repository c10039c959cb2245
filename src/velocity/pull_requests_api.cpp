// The list of pull requests: the filters, the page as JSON, and the cursor.
#include <fmt/format.h>

#include "base/text.hpp"
#include "velocity/api_call.hpp"
#include "velocity/pull_requests_csv.hpp"
#include "velocity/pull_requests_filter.hpp"

namespace sextant::velocity {
namespace {

using Cell = http::Cell;

constexpr http::Column<ListedPullRequest> columns[] = {
    {"id",
     [](const ListedPullRequest& pr, Cell& cell) {
       cell.out() += '"';
       cell.integer(pr.row.id);
       cell.out() += '"';
     }},
    {"repo", [](const ListedPullRequest& pr, Cell& cell) { cell.text(pr.repository.name); }},
    {"external_id",
     [](const ListedPullRequest& pr, Cell& cell) { cell.integer_or_null(pr.row.number); }},
    {"title", [](const ListedPullRequest& pr, Cell& cell) { cell.text(pr.row.title); }},
    {"html_url",
     [](const ListedPullRequest& pr, Cell& cell) { append_html_url(cell, pr.repository, pr.row); }},
    {"score", [](const ListedPullRequest& pr, Cell& cell) { cell.integer_or_null(pr.row.score); }},
    {"contributor_username",
     [](const ListedPullRequest& pr, Cell& cell) { cell.text(pr.contributor.username); }},
    {"contributor_display_name",
     [](const ListedPullRequest& pr, Cell& cell) { cell.text(pr.contributor.display_name); }},
    {"state", [](const ListedPullRequest&, Cell& cell) { cell.text(merged_state); }},
    {"merged", [](const ListedPullRequest&, Cell& cell) { cell.boolean(true); }},
    {"merged_at", [](const ListedPullRequest& pr, Cell& cell) { cell.time(pr.row.merged_at); }},
    {"updated_at", [](const ListedPullRequest& pr, Cell& cell) { cell.time(pr.row.updated_at); }},
    {"closed_at", [](const ListedPullRequest&, Cell& cell) { cell.null(); }},
    {"source_type", [](const ListedPullRequest& pr,
                       Cell& cell) { cell.text(source_type_name(pr.row.source_type)); }},
};

// "merged_at,id,cutoff": where the next page starts and what `days` resolved to on the first one.
std::string write_position(const PullRequestPosition& at, std::optional<Instant> cutoff) {
  return fmt::format("{},{},{}", unix_ms(at.merged_at), at.id,
                     cutoff ? std::to_string(unix_ms(*cutoff)) : "");
}

Result<void> read_position(std::string_view text, PullRequestQuery& query) {
  const auto parts = split(text, ',');
  const auto merged_at = parts.size() == 3 ? parse_integer(parts[0]) : std::nullopt;
  const auto id = merged_at ? parse_integer(parts[1]) : std::nullopt;
  if (!id) return fail(ErrorKind::internal, "a cursor of ours does not read");
  query.filter.after = PullRequestPosition{from_unix_ms(*merged_at), *id};
  if (const auto cutoff = parse_integer(parts[2])) {
    query.filter.merged_after = from_unix_ms(*cutoff);
    query.cutoff = from_unix_ms(*cutoff);
  }
  return {};
}

Result<http::Response> list_as_json(const ApiCall& call) {
  const int limit = TRY(read_limit(call.request));
  const auto snapshot = TRY(db::Snapshot::begin(call.db));
  const Names names = TRY(read_names(call, call.db));
  PullRequestQuery query = TRY(read_pull_request_query(call, *names.directory));
  const auto position = TRY(open_cursor(call, pull_request_filters));
  if (position) TRY(read_position(*position, query));

  std::string version =
      answer_version(call, names.versions, query.cutoff ? to_iso(*query.cutoff) : "");
  if (auto unchanged = http::not_modified(call.request, version)) return *std::move(unchanged);

  TRY(narrow_by_index(call.db, call.organization, names.versions, query.filter));
  const auto selected = select_fields(call, columns);
  std::string body = "{\"items\":[";
  body.reserve(512 * static_cast<std::size_t>(limit));
  int count = 0;
  bool has_more = false;
  PullRequestPosition last;
  TRY(PullRequestStore(call.db).list(
      call.organization, query.filter, limit + 1, [&](const PullRequest& row) {
        // One row more than asked tells whether there is a next page.
        if (count == limit) {
          has_more = true;
          return;
        }
        if (count++ > 0) body += ',';
        http::append_object<ListedPullRequest>(body, listed(*names.directory, row), selected);
        last = {row.merged_at, row.id};
      }));
  std::optional<std::string> next;
  if (has_more) next = seal_cursor(call, write_position(last, query.cutoff), pull_request_filters);
  append_next_cursor(body, next);

  http::Response response = http::json(std::move(body));
  response.version = std::move(version);
  return response;
}

}  // namespace

Result<http::Response> list_pull_requests(const ApiCall& call) {
  const auto format = call.request.parameter("format");
  if (format == "csv" || (!format && call.request.prefers_over_json("text/csv")))
    return pull_requests_csv(call);
  return list_as_json(call);
}

}  // namespace sextant::velocity
