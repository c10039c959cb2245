// Scoring whatever a diff may hold: it ends, stays in its range, says the same twice, and its
// reasons come back from the store's form.
#include <cstdlib>
#include <string_view>

#include "git/diff.hpp"
#include "scoring/scorer.hpp"

using namespace sextant;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto scorer = scoring::make_static_scorer(
      {.effort_scale = scoring::EffortScale::smooth, .ignore = {"*.out", "old/**"}});
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)scoring::unpack_reasons(text);
  const Result<git::Diff> diff = git::parse_diff(text);
  if (!diff) return 0;
  const Result<scoring::Score> score = scorer->score({*diff});
  if (!score || score->base < 0 || score->base > 100 || score->final_score > score->base)
    std::abort();
  const std::string packed = scoring::pack_reasons(*score);
  if (packed != scoring::pack_reasons(*scorer->score({*diff}))) std::abort();
  if (!scoring::unpack_reasons(packed)) std::abort();
  for (const scoring::SubScore& sub_score : score->dimensions)
    (void)scoring::factors_text(sub_score);
  return 0;
}
