#include "velocity/pull_request.hpp"

namespace sextant::velocity {

scoring::SummaryInput summary_input(int final_score, const ScoreColumns& columns) {
  return {.sub_scores = columns.sub_scores,
          .base = columns.base,
          .final_score = final_score,
          .effort_factor = columns.effort_factor_thousandths / 1000.0,
          .tier = columns.tier,
          .scale = columns.scale,
          .lines_added = columns.lines_added,
          .lines_removed = columns.lines_removed,
          .files_changed = columns.files_changed,
          .effective_lines = columns.effective_lines};
}

}  // namespace sextant::velocity
