// The embedded scorer, "static/4": deterministic, without a network or a model.
#include <algorithm>
#include <array>
#include <string>

#include "scoring/effort.hpp"
#include "scoring/factors.hpp"
#include "scoring/inputs_hash.hpp"
#include "scoring/named_words.hpp"
#include "scoring/opinion.hpp"
#include "scoring/rubric.hpp"
#include "scoring/scorer.hpp"

namespace sextant::scoring {
namespace {

constexpr std::string_view scorer_id = "static/4";
constexpr std::size_t factors_kept = 4;
constexpr std::size_t words_told = 3;

// Points are shared out by what each part brought; what brought less than a tenth is not told.
SubScore told(const EffectiveChange& change, const Features& features, Opinion opinion) {
  SubScore out{.score = opinion.points, .factors = {}};
  std::int64_t total = 0;
  for (const Part& part : opinion.parts) total += part.sum;
  if (out.score == 0 || total == 0) return out;
  std::stable_sort(opinion.parts.begin(), opinion.parts.end(),
                   [](const Part& a, const Part& b) { return a.sum > b.sum; });
  for (const Part& part : opinion.parts) {
    if (out.factors.size() == factors_kept || (part.sum * 10 < total && !out.factors.empty()))
      break;
    Factor& factor = out.factors.emplace_back();
    factor.code = part.factor;
    factor.numbers = {part.number};
    factor.points = static_cast<double>((part.sum * out.score * 10 + total / 2) / total) / 10;
    factor.evidence = evidence_of(change, features, part.place);
    if (part.place == Feature::security)
      factor.words = named_words(change, word_class::security, words_told);
    if (part.place == Feature::performance)
      factor.words = named_words(change, word_class::performance, words_told);
    // The weightiest reason names two places, the others one.
    if (out.factors.size() > 1 && factor.evidence.size() > 1) factor.evidence.resize(1);
  }
  return out;
}

class StaticScorer : public Scorer {
 public:
  explicit StaticScorer(ScoringSettings settings) : settings_(std::move(settings)) {}

  std::string id() const override { return std::string(scorer_id); }

  Result<Score> score(const ChangeInputs& inputs) const override {
    EffectiveChange change = read_effective(inputs, ignored_paths(settings_, inputs));
    Score score = judge(change, inputs);
    score.exclusions = std::move(change.exclusions);
    score.lines_added = inputs.diff.lines_added();
    score.lines_removed = inputs.diff.lines_removed();
    score.files_changed = static_cast<int>(inputs.diff.files.size()) + inputs.diff.files_unread;
    score.scorer = scorer_id;
    score.rubric = rubric_version;
    score.diff_hash = fingerprint(git::canonical_text(inputs.diff));
    score.inputs_hash = hash_inputs(inputs, change.texts_said, settings_, score);
    return score;
  }

 private:
  Score judge(const EffectiveChange& change, const ChangeInputs& inputs) const {
    const Features features = count_features(change, inputs);
    Score score;
    for (std::size_t i = 0; i < dimension_count; ++i) {
      const auto dimension = static_cast<Dimension>(i);
      score.dimensions[i] =
          told(change, features, opinion_on(dimension, embedded_model(), features));
      score.base += score.dimensions[i].score;
    }
    if (features[Feature::test_lines] == 0 && features.source_lines > 0)
      score.dimensions[static_cast<std::size_t>(Dimension::quality)].factors.push_back(
          {.code = factor_code::quality_none,
           .numbers = {},
           .words = {},
           .points = 0,
           .evidence = {}});

    score.effective_lines = change.effective_lines;
    score.effective_files = change.effective_files;
    const Effort effort =
        effort_of(settings_.effort_scale, change.effective_lines, change.effective_files);
    score.scale = settings_.effort_scale;
    score.tier = effort.tier;
    score.effort_factor = static_cast<double>(effort.factor) / 10'000;
    score.final_score = scaled(score.base, effort.factor);
    return score;
  }

  ScoringSettings settings_;
};

}  // namespace

std::unique_ptr<Scorer> make_static_scorer(const ScoringSettings& settings) {
  return std::make_unique<StaticScorer>(settings);
}

}  // namespace sextant::scoring
