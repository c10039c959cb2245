#include <cmath>

#include "velocity/pull_request_store.hpp"

namespace sextant::velocity {

StoredScore to_stored(const scoring::Score& score, Instant scored_at,
                      const scoring::Guidelines* guidelines) {
  StoredScore stored{.score = score.final_score,
                     .columns = {.base = score.base,
                                 .effort_factor_thousandths =
                                     static_cast<int>(std::lround(score.effort_factor * 1000)),
                                 .tier = score.tier,
                                 .scale = score.scale,
                                 .sub_scores = {},
                                 .lines_added = score.lines_added,
                                 .lines_removed = score.lines_removed,
                                 .files_changed = score.files_changed,
                                 .effective_lines = score.effective_lines},
                     .scorer = score.scorer,
                     .rubric = score.rubric,
                     .diff_hash = score.diff_hash,
                     .inputs_hash = score.inputs_hash,
                     .reasons = scoring::pack_reasons(score),
                     .scored_at = scored_at,
                     .guidelines_version = guidelines ? guidelines->version : 0};
  for (std::size_t i = 0; i < scoring::dimension_count; ++i)
    stored.columns.sub_scores[i] = score.dimensions[i].score;
  return stored;
}

Result<scoring::Score> from_stored(const StoredScore& stored) {
  auto reasons = TRY(scoring::unpack_reasons(stored.reasons));
  scoring::Score score;
  score.base = stored.columns.base;
  score.final_score = stored.score;
  score.scale = stored.columns.scale;
  score.tier = stored.columns.tier;
  score.effort_factor = stored.columns.effort_factor_thousandths / 1000.0;
  score.effective_lines = stored.columns.effective_lines;
  score.lines_added = stored.columns.lines_added;
  score.lines_removed = stored.columns.lines_removed;
  score.files_changed = stored.columns.files_changed;
  score.exclusions = std::move(reasons.exclusions);
  score.model = std::move(reasons.model);
  score.scorer = stored.scorer;
  score.rubric = stored.rubric;
  score.diff_hash = stored.diff_hash;
  score.inputs_hash = stored.inputs_hash;
  for (std::size_t i = 0; i < scoring::dimension_count; ++i)
    score.dimensions[i] = {stored.columns.sub_scores[i], std::move(reasons.factors[i])};
  return score;
}

}  // namespace sextant::velocity
