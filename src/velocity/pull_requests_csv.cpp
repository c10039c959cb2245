#include "velocity/pull_requests_csv.hpp"

#include <functional>

#include <fmt/format.h>

#include "velocity/api_call.hpp"
#include "velocity/commit_hash.hpp"
#include "velocity/pull_requests_filter.hpp"

namespace sextant::velocity {
namespace {

constexpr std::size_t chunk_bytes = 256 * 1024;

struct ExportedRow {
  FullPullRequest pull_request;
  const Repository& repository;
  const Contributor& contributor;
  std::string& scratch;  // for texts that are made, so that a row costs no allocation
};

using Cell = http::Cell;
using Row = ExportedRow;

template <auto read>
void scored(const Row& row, Cell& cell) {
  if (const auto& columns = row.pull_request.columns) cell.integer(std::invoke(read, *columns));
}

template <scoring::Dimension dimension>
void sub_score(const Row& row, Cell& cell) {
  scored<[](const ScoreColumns& columns) {
    return columns.sub_scores[static_cast<std::size_t>(dimension)];
  }>(row, cell);
}

void write_reference(const Row& row, Cell& cell) {
  const PullRequest& pull_request = row.pull_request.row;
  if (pull_request.number)
    cell.integer(*pull_request.number);
  else
    cell.text(std::string_view(hash_text(pull_request.merge_commit)).substr(0, short_hash_length));
}

void write_summary(const Row& row, Cell& cell) {
  const auto& columns = row.pull_request.columns;
  if (!columns) return;
  row.scratch.clear();
  scoring::append_summary(row.scratch, summary_input(*row.pull_request.row.score, *columns));
  cell.text(row.scratch);
}

// 400 thousandths are 0.4: three digits without the zeros at their end.
void write_effort_factor(const Row& row, Cell& cell) {
  const auto& columns = row.pull_request.columns;
  if (!columns) return;
  const int thousandths = columns->effort_factor_thousandths;
  cell.integer(thousandths / 1000);
  std::string& out = cell.out();
  for (int rest = thousandths % 1000, unit = 100; rest > 0; rest %= unit, unit /= 10) {
    if (unit == 100) out += '.';
    out += static_cast<char>('0' + rest / unit);
  }
}

constexpr http::Column<Row> columns[] = {
    {"Repository", [](const Row& row, Cell& cell) { cell.text(row.repository.name); }},
    {"Type", [](const Row& row,
                Cell& cell) { cell.text(source_type_name(row.pull_request.row.source_type)); }},
    {"Reference", write_reference},
    {"Title", [](const Row& row, Cell& cell) { cell.text(row.pull_request.row.title); }},
    {"Author Login", [](const Row& row, Cell& cell) { cell.text(row.contributor.username); }},
    {"Author Name", [](const Row& row, Cell& cell) { cell.text(row.contributor.display_name); }},
    {"State", [](const Row&, Cell& cell) { cell.text(merged_state); }},
    {"Created At", [](const Row& row, Cell& cell) { cell.time(row.pull_request.opened_at); }},
    {"Merged At", [](const Row& row, Cell& cell) { cell.time(row.pull_request.row.merged_at); }},
    {"Score", [](const Row& row, Cell& cell) { cell.integer_or_null(row.pull_request.row.score); }},
    {"Base Score", scored<&ScoreColumns::base>},
    {"Effort Scale Factor", write_effort_factor},
    {"Scope", sub_score<scoring::Dimension::scope>},
    {"Architecture", sub_score<scoring::Dimension::architecture>},
    {"Implementation", sub_score<scoring::Dimension::implementation>},
    {"Risk", sub_score<scoring::Dimension::risk>},
    {"Quality", sub_score<scoring::Dimension::quality>},
    {"Perf Security", sub_score<scoring::Dimension::perf_security>},
    {"Lines Added", scored<&ScoreColumns::lines_added>},
    {"Lines Removed", scored<&ScoreColumns::lines_removed>},
    {"Files Changed", scored<&ScoreColumns::files_changed>},
    {"URL", [](const Row& row,
               Cell& cell) { append_html_url(cell, row.repository, row.pull_request.row); }},
    {"Summary", write_summary},
};

// What a stream holds while it lasts. Members are destroyed from the last to the first.
class Export {
 public:
  static Result<std::shared_ptr<Export>> begin(db::Database& database) {
    auto lease = TRY(database.reader());
    auto snapshot = TRY(db::Snapshot::begin(*lease));
    return std::shared_ptr<Export>(new Export(std::move(lease), std::move(snapshot)));
  }

  db::Connection& db() { return *lease_; }

  Result<void> open(std::int64_t organization, const PullRequestFilter& filter,
                    std::shared_ptr<const Directory> directory) {
    directory_ = std::move(directory);
    if (!filter.lets_nothing_through())
      rows_ = TRY(PullRequestStore(*lease_).open(organization, filter));
    return {};
  }

  Result<bool> append_chunk(std::string& out) {
    if (!headed_) http::append_csv_headings<Row>(out, columns);
    headed_ = true;
    if (!rows_) return false;
    while (out.size() < chunk_bytes) {
      const db::Row* row = TRY(rows_->next());
      if (!row) return false;
      const FullPullRequest full = PullRequestStore::read_full(*row);
      const ListedPullRequest names = listed(*directory_, full.row);
      http::append_csv_row<Row>(out, Row{full, names.repository, names.contributor, scratch_},
                                columns);
    }
    return true;
  }

 private:
  Export(db::Lease lease, db::Snapshot snapshot)
      : lease_(std::move(lease)), snapshot_(std::move(snapshot)) {}

  db::Lease lease_;
  db::Snapshot snapshot_;
  std::shared_ptr<const Directory> directory_;
  std::unique_ptr<db::Rows> rows_;
  std::string scratch_;
  bool headed_ = false;
};

}  // namespace

Result<http::Response> pull_requests_csv(const ApiCall& call) {
  const auto rows = TRY(Export::begin(call.environment.database));
  const Names names = TRY(read_names(call, rows->db()));
  PullRequestQuery query = TRY(read_pull_request_query(call, *names.directory));

  http::Response response;
  response.version =
      answer_version(call, names.versions, query.cutoff ? to_iso(*query.cutoff) : "");
  if (auto unchanged = http::not_modified(call.request, response.version))
    return *std::move(unchanged);

  TRY(narrow_by_index(rows->db(), call.organization, names.versions, query.filter));
  TRY(rows->open(call.organization, query.filter, names.directory));
  response.content_type = "text/csv; charset=utf-8";
  response.headers.emplace_back(
      "Content-Disposition",
      fmt::format("attachment; filename=\"gitvelocity-pull-requests-{}.csv\"",
                  to_iso(day_of(call.environment.clock.now()))));
  response.body = [rows](std::string& out) { return rows->append_chunk(out); };
  return response;
}

}  // namespace sextant::velocity
