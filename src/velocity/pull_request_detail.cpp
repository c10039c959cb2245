#include "velocity/pull_request_detail.hpp"

#include "velocity/pull_requests_filter.hpp"

namespace sextant::velocity {
namespace {

using scoring::Dimension;

// A sub-score as the contract has it: {"score", "max_score", "factors"}.
void append_rubric(json::Writer& json,
                   const std::array<scoring::SubScore, scoring::dimension_count>& dimensions) {
  json.key("rubric").begin_object();
  for (std::size_t i = 0; i < scoring::dimension_count; ++i) {
    const auto dimension = static_cast<Dimension>(i);
    json.key(scoring::name(dimension)).begin_object();
    json.key("score").integer(dimensions[i].score);
    json.key("max_score").integer(scoring::max_score(dimension));
    json.key("factors").string(scoring::factors_text(dimensions[i]));
    json.end_object();
  }
  json.end_object();
}

void append_evidence(json::Writer& json,
                     const std::array<scoring::SubScore, scoring::dimension_count>& dimensions) {
  json.key("evidence").begin_object();
  for (std::size_t i = 0; i < scoring::dimension_count; ++i) {
    json.key(scoring::name(static_cast<Dimension>(i))).begin_array();
    for (const scoring::Factor& factor : dimensions[i].factors) {
      json.begin_object();
      json.key("factor").string(scoring::sentence(factor));
      json.key("points").number(factor.points);
      json.key("lines").begin_array();
      for (const scoring::Evidence& at : factor.evidence) {
        json.begin_object();
        json.key("path").string(at.path);
        json.key("first_line").integer(at.first_line);
        json.key("last_line").integer(at.last_line);
        json.end_object();
      }
      json.end_array().end_object();
    }
    json.end_array();
  }
  json.end_object();
}

void append_exclusions(json::Writer& json, const std::vector<scoring::Exclusion>& exclusions) {
  json.key("exclusions").begin_array();
  for (const scoring::Exclusion& exclusion : exclusions) {
    json.begin_object();
    json.key("path").string(exclusion.path);
    json.key("reason").string(scoring::name(exclusion.reason));
    json.key("lines").integer(exclusion.lines);
    if (exclusion.files > 0) json.key("files").integer(exclusion.files);
    json.end_object();
  }
  json.end_array();
}

void append_points(json::Writer& json, std::string_view key,
                   const std::array<int, scoring::dimension_count>& points) {
  json.key(key).begin_object();
  for (std::size_t i = 0; i < points.size(); ++i)
    json.key(scoring::name(static_cast<Dimension>(i))).integer(points[i]);
  json.end_object();
}

// What a language model had to do with it; null where none was asked.
void append_model(json::Writer& json, const std::optional<scoring::ModelOpinion>& model) {
  json.key("model");
  if (!model) {
    json.null();
    return;
  }
  json.begin_object();
  json.key("name").string(model->model);
  json.key("mode").string(scoring::name(model->mode));
  json.key("adjust_max");
  model->mode == scoring::ModelMode::adjust ? json.integer(model->adjust_max) : json.null();
  json.key("static_scorer").string(model->static_scorer);
  append_points(json, "static_scores", model->static_scores);
  if (model->fallback.empty())
    append_points(json, "model_scores", model->answered);
  else
    json.key("model_scores").null();
  json.key("fallback_reason");
  model->fallback.empty() ? json.null() : json.string(model->fallback);
  json.key("guidelines_version");
  model->guidelines_version > 0 ? json.integer(model->guidelines_version) : json.null();
  json.key("files_cut").integer(model->files_cut);
  json.key("lines_cut").integer(model->lines_cut);
  json.key("reused").boolean(model->was_kept);
  json.key("tokens_in").integer(model->tokens.input);
  json.key("tokens_in_cached").integer(model->tokens.cached);
  json.key("tokens_out").integer(model->tokens.output);
  json.key("cost_micro_dollars").integer(model->micro_dollars);
  json.end_object();
}

void append_measures(json::Writer& json, const scoring::Score& score) {
  const ScoreColumns columns = to_stored(score, {}).columns;
  json.key("base_score").integer(columns.base);
  json.key("effort_scale_factor").number(columns.effort_factor_thousandths / 1000.0);
  json.key("effort_scale").string(scoring::name(columns.scale));
  json.key("effort_tier").string(scoring::name(columns.tier));
  json.key("effective_lines").integer(columns.effective_lines);
  json.key("lines_added").integer(columns.lines_added);
  json.key("lines_removed").integer(columns.lines_removed);
  json.key("files_changed").integer(columns.files_changed);
  json.key("summary").string(scoring::summary(summary_input(score.final_score, columns)));
}

void append_nulls(json::Writer& json, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) json.key(key).null();
}

// Everything beyond the documented fields that a score says.
void append_score(json::Writer& json, const scoring::Score& score) {
  append_measures(json, score);
  json.key("scorer").string(score.scorer);
  json.key("diff_hash").string(to_hex(score.diff_hash));
  json.key("inputs_hash").string(to_hex(score.inputs_hash));
  append_evidence(json, score.dimensions);
  append_exclusions(json, score.exclusions);
  append_model(json, score.model);
}

void append_history(json::Writer& json, const std::vector<PastScore>& history) {
  json.key("score_history").begin_array();
  for (const PastScore& past : history) {
    json.begin_object();
    append_past_score(json, past);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

void append_past_score(json::Writer& json, const PastScore& past) {
  json.key("scored_at").time(past.scored_at);
  json.key("scorer").string(past.scorer);
  json.key("rubric_version").string(past.rubric);
  json.key("guidelines_version");
  past.guidelines_version != 0 ? json.integer(past.guidelines_version) : json.null();
  json.key("base_score").integer(past.base);
  json.key("effort_scale_factor");
  if (const auto factor = past.effort_factor_thousandths)
    json.number(*factor / 1000.0);
  else
    json.null();
  json.key("score").integer(past.score);
  json.key("model_fallback_reason");
  past.model_fallback.empty() ? json.null() : json.string(past.model_fallback);
}

Result<std::string> pull_request_json(const Directory& directory, const PullRequestDetail& detail,
                                      const std::vector<PastScore>& history) {
  const PullRequest row = detail.row();
  const ListedPullRequest names = listed(directory, row);
  std::string body;
  json::Writer json(body);
  json.begin_object();
  json.key("id").string(std::to_string(row.id));
  json.key("repo").string(names.repository.name);
  json.key("external_id");
  row.number ? json.integer(*row.number) : json.null();
  json.key("title").string(row.title);
  json.key("score");
  row.score ? json.integer(*row.score) : json.null();
  json.key("contributor_username").string(names.contributor.username);

  std::optional<scoring::Score> score;
  if (detail.score) score = TRY(from_stored(*detail.score));
  if (score)
    append_rubric(json, score->dimensions);
  else
    json.key("rubric").null();
  json.key("schema_version").string("1.0");
  json.key("created_at");
  detail.score ? json.time(detail.score->scored_at) : json.null();

  json.key("html_url");
  const std::string url = html_url(names.repository, row);
  url.empty() ? json.null() : json.string(url);
  json.key("merged_at").time(row.merged_at);
  if (score) {
    append_score(json, *score);
  } else {
    append_nulls(json,
                 {"base_score", "effort_scale_factor", "effort_scale", "effort_tier",
                  "effective_lines", "lines_added", "lines_removed", "files_changed", "summary",
                  "scorer", "diff_hash", "inputs_hash", "evidence", "exclusions", "model"});
  }
  append_history(json, history);
  json.end_object();
  return body;
}

std::string score_json(const scoring::Score& score) {
  std::string body;
  json::Writer json(body);
  json.begin_object();
  json.key("score").integer(score.final_score);
  append_rubric(json, score.dimensions);
  json.key("schema_version").string("1.0");
  append_score(json, score);
  json.end_object();
  return body;
}

}  // namespace sextant::velocity
