// A merged pull request (or a commit made directly on the branch) as it is stored and listed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.hpp"
#include "forge/merge.hpp"
#include "scoring/score.hpp"

namespace sextant::velocity {

// One listed row. Texts are views into the row that is being read.
struct PullRequest {
  std::int64_t id = 0;
  std::int64_t repository = 0;
  std::int64_t identity = 0;
  forge::SourceType source_type = forge::SourceType::pull_request;
  std::optional<std::int64_t> number;
  std::string_view title;
  std::optional<int> score;
  Instant merged_at;
  Instant updated_at;
  std::string_view merge_commit;  // raw bytes of the hash
};

// What the score put beside it; only of a scored pull request.
struct ScoreColumns {
  int base = 0;
  int effort_factor_thousandths = 0;
  scoring::EffortTier tier = scoring::EffortTier::nano;
  scoring::EffortScale scale = scoring::EffortScale::tiers;
  std::array<int, scoring::dimension_count> sub_scores{};
  int lines_added = 0;
  int lines_removed = 0;
  int files_changed = 0;
  int effective_lines = 0;
};

scoring::SummaryInput summary_input(int final_score, const ScoreColumns& columns);

// All of a row: what the CSV and the detail show.
struct FullPullRequest {
  PullRequest row;
  Instant opened_at;
  std::optional<ScoreColumns> columns;
};

}  // namespace sextant::velocity
