#include "velocity/pull_request_store.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"
#include "velocity/commit_hash.hpp"
#include "velocity/search.hpp"

namespace sextant::velocity {
namespace {

constexpr std::string_view listed_columns =
    "p.id, p.repository, p.identity, p.source_type, p.number, p.title, p.score, p.merged_at, "
    "p.updated_at, p.merge_commit";
constexpr std::string_view all_columns =
    "p.id, p.repository, p.identity, p.source_type, p.number, p.title, p.score, p.merged_at, "
    "p.updated_at, p.merge_commit,"
    " p.opened_at, p.base_score, p.effort_factor, p.effort_tier, p.effort_scale, p.scope, "
    "p.architecture,"
    " p.implementation, p.risk, p.quality, p.perf_security, p.lines_added, p.lines_removed, "
    "p.files_changed,"
    " p.effective_lines";

PullRequest read_listed(const db::Row& row) {
  PullRequest read{.id = row.integer(0),
                   .repository = row.integer(1),
                   .identity = row.integer(2),
                   .source_type = static_cast<forge::SourceType>(row.integer(3)),
                   .number = row.integer_or_null(4),
                   .title = row.text(5),
                   .score = {},
                   .merged_at = row.time(7),
                   .updated_at = row.time(8),
                   .merge_commit = row.blob(9)};
  if (!row.is_null(6)) read.score = static_cast<int>(row.integer(6));
  return read;
}

db::Query select(std::string_view columns, std::int64_t organization,
                 const PullRequestFilter& filter) {
  db::Query query("SELECT ");
  query.append(columns).append(" FROM pull_requests AS p");
  if (filter.words)
    query.append(
        " JOIN pull_request_texts AS t ON t.organization = p.organization AND t.id = p.id");
  query.where("p.organization = {}", organization);
  const auto one_of = [&](std::string_view column,
                          const std::optional<std::vector<std::int64_t>>& ids) {
    if (!ids) return;
    if (ids->size() == 1)
      query.where(column).append(" = {}", ids->front());
    else
      query.where(column).append(" IN ").append_list(*ids);
  };
  one_of("p.repository", filter.repositories);
  one_of("p.identity", filter.identities);
  one_of("p.id", filter.ids);
  if (filter.merged_after) query.where("p.merged_at >= {}", *filter.merged_after);
  if (filter.merged_before) query.where("p.merged_at <= {}", *filter.merged_before);
  if (filter.updated_after) query.where("p.updated_at >= {}", *filter.updated_after);
  if (filter.min_score) query.where("p.score >= {}", *filter.min_score);
  if (filter.max_score) query.where("p.score <= {}", *filter.max_score);
  if (filter.words)
    for (const std::string& word : *filter.words)
      query.where("t.search_text LIKE {} ESCAPE '\\'", db::like_pattern(word));
  if (const auto& after = filter.after)
    query.where("(p.merged_at, p.id) < ({}, {})", after->merged_at, after->id);
  query.append(" ORDER BY p.merged_at DESC, p.id DESC");
  return query;
}

}  // namespace

bool PullRequestFilter::lets_nothing_through() const {
  const auto is_empty = [](const auto& set) { return set && set->empty(); };
  return is_empty(repositories) || is_empty(identities) || is_empty(words) || is_empty(ids) ||
         (merged_after && merged_before && *merged_after > *merged_before);
}

std::string reference(const forge::Merge& merge) {
  return merge.number ? std::to_string(*merge.number) : merge.commit;
}

PullRequest PullRequestDetail::row() const {
  PullRequest whole = pull_request.row;
  whole.title = title;
  whole.merge_commit = merge_commit;
  return whole;
}

Result<void> PullRequestStore::list(std::int64_t organization, const PullRequestFilter& filter,
                                    int limit,
                                    const std::function<void(const PullRequest&)>& sink) {
  if (filter.lets_nothing_through()) return {};
  db::Query query = select(listed_columns, organization, filter);
  query.append(" LIMIT {}", limit);
  return db_.each(query, [&](const db::Row& row) { sink(read_listed(row)); });
}

Result<std::unique_ptr<db::Rows>> PullRequestStore::open(std::int64_t organization,
                                                         const PullRequestFilter& filter) {
  return db_.open(select(all_columns, organization, filter));
}

FullPullRequest PullRequestStore::read_full(const db::Row& row) {
  FullPullRequest full{.row = read_listed(row), .opened_at = row.time(10), .columns = {}};
  if (!full.row.score) return full;
  const auto integer = [&](int column) { return static_cast<int>(row.integer(column)); };
  full.columns = ScoreColumns{
      .base = integer(11),
      .effort_factor_thousandths = integer(12),
      .tier = static_cast<scoring::EffortTier>(integer(13)),
      .scale = static_cast<scoring::EffortScale>(integer(14)),
      .sub_scores = {integer(15), integer(16), integer(17), integer(18), integer(19), integer(20)},
      .lines_added = integer(21),
      .lines_removed = integer(22),
      .files_changed = integer(23),
      .effective_lines = integer(24)};
  return full;
}

Result<std::optional<PullRequestDetail>> PullRequestStore::find(std::int64_t organization,
                                                                std::int64_t id) {
  db::Query query("SELECT ");
  query.append(all_columns)
      .append(" FROM pull_requests AS p WHERE p.organization = {} AND p.id = {}", organization, id);
  auto found = TRY(db_.row(query, [](const db::Row& row) {
    PullRequestDetail detail;
    detail.pull_request = read_full(row);
    PullRequest& listed = detail.pull_request.row;
    detail.title = std::exchange(listed.title, {});
    detail.merge_commit = std::exchange(listed.merge_commit, {});
    return detail;
  }));
  if (!found) return std::optional<PullRequestDetail>{};
  found->score = TRY(db_.row(
      db::Query("SELECT score, scorer, rubric, diff_hash, inputs_hash, reasons, scored_at, "
                "guidelines_version FROM scores"
                " WHERE organization = {} AND pull_request = {} ORDER BY scored_at DESC LIMIT 1",
                organization, id),
      [&](const db::Row& row) {
        StoredScore score{.score = static_cast<int>(row.integer(0)),
                          .columns = found->pull_request.columns.value_or(ScoreColumns{}),
                          .scorer = std::string(row.text(1)),
                          .rubric = std::string(row.text(2)),
                          .diff_hash = {},
                          .inputs_hash = {},
                          .reasons = std::string(row.blob(5)),
                          .scored_at = row.time(6),
                          .guidelines_version = static_cast<int>(row.integer(7))};
        row.blob(3).copy(reinterpret_cast<char*>(score.diff_hash.data()), score.diff_hash.size());
        row.blob(4).copy(reinterpret_cast<char*>(score.inputs_hash.data()),
                         score.inputs_hash.size());
        return score;
      }));
  return found;
}

Result<std::vector<PastScore>> PullRequestStore::history(std::int64_t organization, std::int64_t id,
                                                         int limit) {
  return db_.rows(
      db::Query("SELECT scored_at, scorer, rubric, guidelines_version, base_score, effort_factor, "
                "score, reasons FROM scores WHERE organization = {} AND pull_request = {}"
                " ORDER BY scored_at DESC LIMIT {}",
                organization, id, limit),
      [](const db::Row& row) {
        PastScore past{.scored_at = row.time(0),
                       .scorer = std::string(row.text(1)),
                       .rubric = std::string(row.text(2)),
                       .guidelines_version = static_cast<int>(row.integer(3)),
                       .base = static_cast<int>(row.integer(4)),
                       .effort_factor_thousandths = {},
                       .score = static_cast<int>(row.integer(6)),
                       .model_fallback = {}};
        if (!row.is_null(5)) past.effort_factor_thousandths = static_cast<int>(row.integer(5));
        // A score whose reasons are damaged was given all the same.
        auto reasons = scoring::unpack_reasons(row.blob(7));
        if (reasons && reasons->model) past.model_fallback = std::move(reasons->model->fallback);
        return past;
      });
}

Result<std::optional<std::int64_t>> PullRequestStore::find_id(std::int64_t organization,
                                                              std::int64_t repository,
                                                              forge::SourceType source_type,
                                                              std::string_view reference) {
  return db_.row(
      db::Query("SELECT id FROM pull_request_references WHERE organization = {} AND repository = {}"
                " AND source_type = {} AND reference = {}",
                organization, repository, source_type, reference),
      [](const db::Row& row) { return row.integer(0); });
}

Result<std::vector<std::int64_t>> PullRequestStore::repositories_of(
    std::int64_t organization, std::span<const std::int64_t> identities,
    std::optional<Instant> since) {
  db::Query query(
      "SELECT DISTINCT repository FROM pull_requests WHERE organization = {} AND identity IN ",
      organization);
  query.append_list(identities);
  if (since) query.append(" AND merged_at >= {}", *since);
  return db_.rows(query, [](const db::Row& row) { return row.integer(0); });
}

Result<void> PullRequestStore::insert_row(std::int64_t organization, std::int64_t id,
                                          const NewPullRequest& pull_request,
                                          const std::optional<ScoreColumns>& columns,
                                          std::optional<int> score, Instant now) {
  const forge::Merge& merge = pull_request.merge;
  db::Query query(
      "INSERT INTO pull_requests (organization, merged_at, id, repository, identity, source_type, "
      "number, title,"
      " updated_at, opened_at, merge_commit, score, base_score, effort_factor, effort_tier, "
      "effort_scale,"
      " scope, architecture, implementation, risk, quality, perf_security, lines_added, "
      "lines_removed,"
      " files_changed, effective_lines) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}",
      organization, merge.merged_at, id, pull_request.repository, pull_request.identity,
      merge.source_type, merge.number, merge.title, now, merge.opened_at,
      db::Blob{hash_bytes(merge.commit)});
  if (columns) {
    const auto& sub = columns->sub_scores;
    query.append(", {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})", score,
                 columns->base, columns->effort_factor_thousandths, columns->tier, columns->scale,
                 sub[0], sub[1], sub[2], sub[3], sub[4], sub[5], columns->lines_added,
                 columns->lines_removed, columns->files_changed, columns->effective_lines);
  } else {
    query.append(
        ", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "
        "NULL)");
  }
  TRY(db_.post(query));
  return {};
}

Result<void> PullRequestStore::insert_score(std::int64_t organization, std::int64_t id,
                                            const StoredScore& score) {
  const auto blob = [](const scoring::Fingerprint& hash) {
    return db::Blob{{hash.begin(), hash.end()}};
  };
  TRY(db_.post(db::Query(
      "INSERT INTO scores (organization, pull_request, scored_at, scorer, rubric, score, "
      "base_score,"
      " diff_hash, inputs_hash, reasons, guidelines_version, effort_factor)"
      " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
      " ON CONFLICT (organization, pull_request, scored_at) DO UPDATE SET scorer = excluded.scorer,"
      " rubric = excluded.rubric, score = excluded.score, base_score = excluded.base_score,"
      " diff_hash = excluded.diff_hash, inputs_hash = excluded.inputs_hash, reasons = "
      "excluded.reasons, guidelines_version = excluded.guidelines_version,"
      " effort_factor = excluded.effort_factor",
      organization, id, score.scored_at, score.scorer, score.rubric, score.score,
      score.columns.base, blob(score.diff_hash), blob(score.inputs_hash), db::Blob{score.reasons},
      score.guidelines_version, score.columns.effort_factor_thousandths)));
  return {};
}

Result<bool> PullRequestStore::save(std::int64_t organization, const NewPullRequest& pull_request,
                                    const std::optional<StoredScore>& score, Instant now,
                                    DailyScoreChanges& daily) {
  const forge::Merge& merge = pull_request.merge;
  const auto known =
      TRY(find_id(organization, pull_request.repository, merge.source_type, reference(merge)));
  const std::int64_t id = known.value_or(0) != 0 ? *known : new_id();

  std::optional<ScoreColumns> columns = score ? std::optional(score->columns) : std::nullopt;
  std::optional<int> final_score = score ? std::optional(score->score) : std::nullopt;
  if (known) {
    const auto before = TRY(find(organization, id));
    if (before) {
      const PullRequest& row = before->pull_request.row;
      if (row.score) daily.remove(row.identity, row.merged_at, *row.score);
      if (!score) columns = before->pull_request.columns, final_score = row.score;
      TRY(db_.post(db::Query(
          "DELETE FROM pull_requests WHERE organization = {} AND merged_at = {} AND id = {}",
          organization, row.merged_at, id)));
    }
    TRY(remove_search_text(db_, organization, id));
  }
  TRY(insert_row(organization, id, pull_request, columns, final_score, now));
  TRY(db_.post(db::Query(
      "INSERT INTO pull_request_references (organization, repository, source_type, reference, id,"
      " merged_at, reverts) VALUES ({}, {}, {}, {}, {}, {}, {})"
      " ON CONFLICT (organization, repository, source_type, reference) DO UPDATE SET"
      " merged_at = excluded.merged_at, reverts = excluded.reverts",
      organization, pull_request.repository, merge.source_type, reference(merge), id,
      merge.merged_at, merge.reverts.empty() ? std::nullopt : std::optional(merge.reverts))));
  TRY(save_search_text(db_, organization, id, merge.title, merge.description));
  if (score) TRY(insert_score(organization, id, *score));
  if (final_score) daily.add(pull_request.identity, merge.merged_at, *final_score);
  return !known;
}

Result<void> PullRequestStore::save_score(std::int64_t organization, std::int64_t id,
                                          const StoredScore& score, DailyScoreChanges& daily) {
  const auto before = TRY(find(organization, id));
  if (!before)
    return fail(ErrorKind::not_found, "no pull request has the id " + std::to_string(id));
  const PullRequest& row = before->pull_request.row;
  if (row.score) daily.remove(row.identity, row.merged_at, *row.score);
  daily.add(row.identity, row.merged_at, score.score);
  const auto& sub = score.columns.sub_scores;
  TRY(db_.post(db::Query(
      "UPDATE pull_requests SET score = {}, base_score = {}, effort_factor = {}, effort_tier = {}, "
      "effort_scale = {},"
      " scope = {}, architecture = {}, implementation = {}, risk = {}, quality = {}, perf_security "
      "= {}, lines_added = {},"
      " lines_removed = {}, files_changed = {}, effective_lines = {}, updated_at = {}"
      " WHERE organization = {} AND merged_at = {} AND id = {}",
      score.score, score.columns.base, score.columns.effort_factor_thousandths, score.columns.tier,
      score.columns.scale, sub[0], sub[1], sub[2], sub[3], sub[4], sub[5],
      score.columns.lines_added, score.columns.lines_removed, score.columns.files_changed,
      score.columns.effective_lines, score.scored_at, organization, row.merged_at, id)));
  return insert_score(organization, id, score);
}

}  // namespace sextant::velocity
