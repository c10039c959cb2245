#include "scoring/model_opinion.hpp"

#include <algorithm>
#include <cmath>

#include "scoring/effort.hpp"
#include "scoring/factors.hpp"

namespace sextant::scoring {
namespace {

bool says_no_tests(const Factor& factor) {
  return factor.code == factor_code::quality_none;
}

// Makes the answer's sub-score of the static one.
void apply_one(const ModelSubScore& said, const ModelSettings& settings, Dimension dimension,
               SubScore& sub_score) {
  const bool is_untested = std::ranges::any_of(sub_score.factors, says_no_tests);
  const int taken = is_untested ? std::min(said.score, sub_score.score) : said.score;
  int before = 0;
  if (settings.mode == ModelMode::replace) {
    sub_score.score = taken;
    std::erase_if(sub_score.factors, [](const Factor& each) { return !says_no_tests(each); });
  } else {
    before = sub_score.score;
    sub_score.score = std::clamp(taken, before - settings.adjust_max, before + settings.adjust_max);
  }
  sub_score.factors.push_back({.code = factor_code::of_model(dimension),
                               .numbers = {said.score},
                               .words = {said.reason},
                               .points = static_cast<double>(sub_score.score - before),
                               .evidence = said.evidence});
}

}  // namespace

void apply_answer(const ModelAnswer& answer, const ModelSettings& settings, Score& score) {
  score.base = 0;
  for (std::size_t i = 0; i < dimension_count; ++i) {
    score.model->answered[i] = answer.dimensions[i].score;
    apply_one(answer.dimensions[i], settings, static_cast<Dimension>(i), score.dimensions[i]);
    score.base += score.dimensions[i].score;
  }
  score.final_score =
      scaled(score.base, static_cast<int>(std::lround(score.effort_factor * 10'000)));
}

}  // namespace sextant::scoring
