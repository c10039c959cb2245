// The embedded scorer, "static/1": lexical, deterministic, without a network or a model.
#include <algorithm>
#include <array>
#include <string>

#include "scoring/effort.hpp"
#include "scoring/factors.hpp"
#include "scoring/inputs_hash.hpp"
#include "scoring/rubric.hpp"
#include "scoring/scorer.hpp"
#include "scoring/weights.hpp"

namespace sextant::scoring {
namespace {

constexpr std::string_view scorer_id = "static/1";
constexpr std::size_t factors_kept = 4;

// A reason under construction: what it adds to its dimension's sum.
struct Part {
  std::uint16_t code = 0;
  std::int64_t number = 0;
  std::int64_t sum = 0;
  const Places* places = nullptr;
};

int rounded(std::int64_t part, int maximum) {
  return static_cast<int>((part * maximum + 5000) / 10'000);
}

class Opinion {
 public:
  Opinion(const EffectiveChange& change, const Features& features)
      : change_(change), features_(features) {}

  SubScore by_terms(Dimension dimension) const {
    const SizeShare& share = size_share(dimension);
    const std::int64_t size = size_of(features_);
    const Feature place = features_[Feature::program_tokens] > 0    ? Feature::program_tokens
                          : features_[Feature::settings_tokens] > 0 ? Feature::settings_tokens
                                                                    : Feature::removed_lines;
    std::vector<Part> parts;
    std::int64_t extra = 0;
    for (const Term& term : terms()) {
      if (term.dimension != dimension || features_[term.feature] == 0) continue;
      const bool counts_more =
          term.feature == Feature::more_files || term.feature == Feature::more_subsystems;
      parts.push_back({.code = term.code,
                       .number = features_[term.feature] + counts_more,
                       .sum = features_[term.feature] * term.weight,
                       .places = &places(term.feature)});
      extra += parts.back().sum;
    }
    const std::int64_t bound = size * share.terms_percent / 100;
    if (extra > 0 && extra > bound) {
      for (Part& part : parts) part.sum = part.sum * bound / extra;
      extra = bound;
    }
    const std::int64_t own = size * share.size_percent / 100;
    const int lines =
        dimension == Dimension::scope ? change_.effective_lines : features_.source_lines;
    parts.push_back({.code = share.code, .number = lines, .sum = own, .places = &places(place)});
    return finish(parts, rounded(part_of_maximum(own + extra), max_score(dimension)));
  }

  // Tests by their size and what they assert. Documentation adds a little to code that it comes
  // with.
  SubScore quality() const {
    const std::int64_t tests =
        (1000 * features_[Feature::test_lines] +
         std::min(125 * features_[Feature::test_tokens], 2000 * features_[Feature::test_lines])) /
        2;
    const std::int64_t assertions = std::min(1000 * features_[Feature::assertions], tests / 2);
    const std::int64_t documentation = std::min(
        {1000 * features_[Feature::documentation_lines], size_of(features_) / 2, 20 * one_line});
    std::vector<Part> parts = {
        {factor_code::quality_tests, features_[Feature::test_lines], tests,
         &places(Feature::test_lines)},
        {factor_code::quality_assertions, features_[Feature::assertions], assertions,
         &places(Feature::assertions)},
        {factor_code::quality_documentation, features_[Feature::documentation_lines], documentation,
         nullptr},
    };
    SubScore score = finish(parts, rounded(part_of_maximum(tests + assertions + documentation),
                                           max_score(Dimension::quality)));
    if (features_[Feature::test_lines] == 0 && features_.source_lines > 0)
      score.factors.push_back({.code = factor_code::quality_none,
                               .numbers = {},
                               .words = {},
                               .points = 0,
                               .evidence = {}});
    return score;
  }

  // By density: names and checks for the square root of the lines, since a fix that closes a hole
  // is small.
  SubScore perf_security() const {
    const std::int64_t words = 1000 * features_[Feature::security];
    const std::int64_t checks = 300 * features_[Feature::control];
    const std::int64_t speed = 300 * features_[Feature::performance];
    const std::vector<Part> parts = {
        {factor_code::security_words, features_[Feature::security], words,
         &places(Feature::security)},
        {factor_code::security_checks, features_[Feature::control], checks,
         &places(Feature::control)},
        {factor_code::performance_words, features_[Feature::performance], speed,
         &places(Feature::performance)},
    };
    const std::int64_t sum = std::min<std::int64_t>(words + checks + speed, 1'000'000'000);
    // Sixteen more, so that a lone word in a one-line change does not make it security work.
    const std::int64_t lines = std::int64_t{features_.source_lines} + 16;
    // The density at which each point begins, in thousandths; compared as squares to stay in
    // integers.
    constexpr std::int64_t steps[] = {100, 300, 800, 1800, 3500};
    int points = 0;
    for (const std::int64_t step : steps) points += sum > 0 && sum * sum >= step * step * lines;
    return finish(parts, points);
  }

 private:
  const Places& places(Feature feature) const {
    return features_.places[static_cast<std::size_t>(feature)];
  }

  // Points are shared out by what each part brought; what brought less than a tenth is not told.
  SubScore finish(std::vector<Part> parts, int score) const {
    SubScore out{.score = score, .factors = {}};
    std::int64_t total = 0;
    for (const Part& part : parts) total += part.sum;
    if (score == 0 || total == 0) return out;
    std::stable_sort(parts.begin(), parts.end(),
                     [](const Part& a, const Part& b) { return a.sum > b.sum; });
    for (const Part& part : parts) {
      const std::int64_t tenths = (part.sum * score * 10 + total / 2) / total;
      if (out.factors.size() == factors_kept || (part.sum * 10 < total && !out.factors.empty()))
        break;
      Factor& factor = out.factors.emplace_back();
      factor.code = part.code;
      factor.numbers = {part.number};
      factor.points = static_cast<double>(tenths) / 10;
      if (part.places) factor.evidence = evidence_of(change_, *part.places);
      // The weightiest reason names two places, the others one.
      if (out.factors.size() > 1 && factor.evidence.size() > 1) factor.evidence.resize(1);
    }
    return out;
  }

  const EffectiveChange& change_;
  const Features& features_;
};

class StaticScorer : public Scorer {
 public:
  explicit StaticScorer(ScoringSettings settings) : settings_(std::move(settings)) {}

  std::string id() const override { return std::string(scorer_id); }

  Result<Score> score(const ChangeInputs& inputs) const override {
    EffectiveChange change = read_effective(inputs, ignored_in(inputs));
    Score score = opinion(change);
    score.exclusions = std::move(change.exclusions);
    score.lines_added = inputs.diff.lines_added();
    score.lines_removed = inputs.diff.lines_removed();
    score.files_changed = static_cast<int>(inputs.diff.files.size());
    score.scorer = scorer_id;
    score.rubric = rubric_version;
    score.diff_hash = fingerprint(git::canonical_text(inputs.diff));
    score.inputs_hash = hash_inputs(inputs, settings_, score);
    return score;
  }

 private:
  std::vector<std::string> ignored_in(const ChangeInputs& inputs) const {
    std::vector<std::string> globs = settings_.ignore;
    if (const Guidelines* guidelines = inputs.guidelines)
      globs.insert(globs.end(), guidelines->ignore.begin(), guidelines->ignore.end());
    return globs;
  }

  Score opinion(const EffectiveChange& change) const {
    const Features features = count_features(change);
    const Opinion opinion(change, features);
    Score score;
    const auto put = [&](Dimension dimension, SubScore sub_score) {
      score.base += sub_score.score;
      score.dimensions[static_cast<std::size_t>(dimension)] = std::move(sub_score);
    };
    for (const Dimension dimension :
         {Dimension::scope, Dimension::architecture, Dimension::implementation, Dimension::risk})
      put(dimension, opinion.by_terms(dimension));
    put(Dimension::quality, opinion.quality());
    put(Dimension::perf_security, opinion.perf_security());

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
