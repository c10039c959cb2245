#include "scoring/model_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <numeric>

#include "base/secrets.hpp"
#include "scoring/opinion.hpp"
#include "scoring/rank_statistics.hpp"

namespace sextant::scoring {
namespace {

constexpr int rounds_most = 4;
// How much better the ranks must get for a weight to be twice or half of what was thought.
constexpr double price_of_a_doubling = 0.004;
constexpr double multiples[] = {0.25, 0.5, 0.7, 1, 1.4, 2, 4};
// A repository with fewer labels says nothing by itself.
constexpr std::size_t labels_of_a_repo = 15;

using Rows = std::vector<std::size_t>;

struct Labelled {
  std::string repo;
  double label = 0;
  Features features;
};

struct Figures {
  double pooled = 0;
  double mean = 0;      // over repositories
  double weighted = 0;  // likewise, each by the root of its labels
};

std::vector<Dimension> fitted_dimensions(EvaluationKind kind) {
  if (kind == EvaluationKind::security) return {Dimension::perf_security};
  if (kind == EvaluationKind::risk) return {Dimension::risk};
  return {Dimension::scope, Dimension::architecture, Dimension::implementation, Dimension::quality};
}

std::vector<Dimension> judged_dimensions(EvaluationKind kind) {
  if (kind != EvaluationKind::effort) return fitted_dimensions(kind);
  std::vector<Dimension> all;
  for (std::size_t i = 0; i < dimension_count; ++i) all.push_back(static_cast<Dimension>(i));
  return all;
}

// Rank statistics of points against labels: rho for effort, AUC for the others.
class Judge {
 public:
  Judge(EvaluationKind kind, const std::vector<Labelled>& changes)
      : kind_(kind), changes_(changes) {}

  Figures figures(const std::vector<int>& points, const Rows& rows) const {
    std::map<std::string_view, Rows> repos;
    for (const std::size_t row : rows) repos[changes_[row].repo].push_back(row);
    Figures figures{.pooled = figure(points, rows)};
    double count = 0;
    double roots = 0;
    for (const auto& [repo, own] : repos) {
      if (own.size() < labels_of_a_repo) continue;
      const double root = std::sqrt(static_cast<double>(own.size()));
      const double value = figure(points, own);
      figures.mean += value;
      figures.weighted += root * value;
      ++count;
      roots += root;
    }
    if (count > 0) figures.mean /= count;
    if (count > 0) figures.weighted /= roots;
    return figures;
  }

 private:
  double figure(const std::vector<int>& points, const Rows& rows) const {
    std::vector<double> values;
    std::vector<double> labels;
    std::vector<bool> positive;
    for (const std::size_t row : rows) {
      values.push_back(points[row]);
      labels.push_back(changes_[row].label);
      positive.push_back(is_positive(kind_, changes_[row].label));
    }
    return (kind_ == EvaluationKind::effort ? spearman(values, labels)
                                            : area_under_curve(values, positive))
        .value_or(0);
  }

  EvaluationKind kind_;
  const std::vector<Labelled>& changes_;
};

// A model under change: points are counted anew only where a weight moved.
class Trial {
 public:
  Trial(EvaluationKind kind, const Model& model, const std::vector<Labelled>& changes)
      : model_(model), changes_(changes), sums_(changes.size(), 0) {
    for (const Dimension dimension : judged_dimensions(kind)) {
      std::vector<int>& own = points_[dimension];
      own.assign(changes.size(), 0);
      count(dimension);
    }
  }

  const Model& model() const { return model_; }
  const std::vector<int>& points() const { return sums_; }
  void set(std::vector<Model::Term> Model::* list, std::size_t at, std::int64_t weight) {
    Model::Term& term = (model_.*list)[at];
    if (term.weight.weight == weight) return;
    term.weight.weight = weight;
    count(term.dimension);
  }

 private:
  void count(Dimension dimension) {
    std::vector<int>& own = points_[dimension];
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      const int points = opinion_on(dimension, model_, changes_[i].features).points;
      sums_[i] += points - own[i];
      own[i] = points;
    }
  }

  Model model_;
  const std::vector<Labelled>& changes_;
  std::map<Dimension, std::vector<int>> points_;
  std::vector<int> sums_;
};

// One weight that may move.
struct Handle {
  std::vector<Model::Term> Model::* list;
  std::size_t at;
};

std::vector<Handle> handles(EvaluationKind kind, const Model& model) {
  const std::vector<Dimension> dimensions = fitted_dimensions(kind);
  std::vector<Handle> handles;
  for (const auto list : {&Model::terms, &Model::doublings})
    for (std::size_t i = 0; i < (model.*list).size(); ++i)
      if (std::find(dimensions.begin(), dimensions.end(), (model.*list)[i].dimension) !=
          dimensions.end())
        handles.push_back({list, i});
  return handles;
}

double price(const Model& model, const std::vector<Handle>& handles) {
  double doublings = 0;
  for (const Handle& handle : handles) {
    const Model::Weight& weight = (model.*handle.list)[handle.at].weight;
    doublings += std::abs(std::log2(static_cast<double>(weight.weight) /
                                    static_cast<double>(std::max<std::int64_t>(weight.prior, 1))));
  }
  return doublings * price_of_a_doubling;
}

// Ranks within repositories and over all of them count alike.
double worth(const Trial& trial, const Judge& judge, const Rows& rows,
             const std::vector<Handle>& handles) {
  const Figures figures = judge.figures(trial.points(), rows);
  return (figures.weighted + figures.pooled) / 2 - price(trial.model(), handles);
}

Model fitted(EvaluationKind kind, Model model, const std::vector<Labelled>& changes,
             const Rows& rows) {
  const Judge judge(kind, changes);
  const std::vector<Handle> all = handles(kind, model);
  for (const Handle& handle : all) {
    Model::Weight& weight = (model.*handle.list)[handle.at].weight;
    weight.weight = weight.prior;
  }
  Trial trial(kind, model, changes);
  double best = worth(trial, judge, rows, all);
  for (int round = 0; round < rounds_most; ++round) {
    const double before = best;
    for (const Handle& handle : all) {
      const Model::Weight start = (trial.model().*handle.list)[handle.at].weight;
      std::int64_t kept = start.weight;
      for (const double multiple : multiples) {
        const std::int64_t tried = std::llround(static_cast<double>(start.prior) * multiple);
        trial.set(handle.list, handle.at, std::max<std::int64_t>(tried, 1));
        const double found = worth(trial, judge, rows, all);
        if (found <= best + 1e-9) continue;
        best = found;
        kept = std::max<std::int64_t>(tried, 1);
      }
      trial.set(handle.list, handle.at, kept);
    }
    if (best <= before + 1e-9) break;
  }
  return trial.model();
}

// Each repository's points by weights fitted on all the others.
std::vector<int> left_out_points(EvaluationKind kind, const Model& model,
                                 const std::vector<Labelled>& changes) {
  std::map<std::string, Rows> repos;
  for (std::size_t i = 0; i < changes.size(); ++i) repos[changes[i].repo].push_back(i);
  std::vector<int> points(changes.size(), 0);
  for (const auto& [repo, own] : repos) {
    Rows others;
    for (std::size_t i = 0; i < changes.size(); ++i)
      if (changes[i].repo != repo) others.push_back(i);
    const Trial trial(kind, fitted(kind, model, changes, others), changes);
    for (const std::size_t row : own) points[row] = trial.points()[row];
  }
  return points;
}

std::string report_line(std::string_view what, const Figures& figures) {
  return fmt::format("{:<34}{:>8.3f}{:>10.3f}\n", what, figures.pooled, figures.mean);
}

std::string report(EvaluationKind kind, const Model& before, const Model& after,
                   const std::vector<Labelled>& changes) {
  const Judge judge(kind, changes);
  Rows all(changes.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const auto points = [&](const Model& model) { return Trial(kind, model, changes).points(); };
  Model priors = before;
  for (const Handle& handle : handles(kind, priors)) {
    Model::Weight& weight = (priors.*handle.list)[handle.at].weight;
    weight.weight = weight.prior;
  }
  std::string out = fmt::format("{} labels, {}{:>21}{:>10}\n", changes.size(),
                                kind == EvaluationKind::effort ? "rho" : "AUC", "pooled", "mean");
  out += report_line("as thought beforehand", judge.figures(points(priors), all));
  out += report_line("fitted, on what it was fitted to", judge.figures(points(after), all));
  out += report_line("fitted, each repository left out",
                     judge.figures(left_out_points(kind, before, changes), all));
  return out;
}

std::string hash_of(const std::vector<Labelled>& changes) {
  std::string text;
  for (const Labelled& change : changes) {
    fmt::format_to(std::back_inserter(text), "{} {}", change.repo, change.label);
    for (const std::int64_t count : change.features.counts)
      fmt::format_to(std::back_inserter(text), " {}", count);
    text += '\n';
  }
  return to_hex(sha256(text)).substr(0, 16);
}

}  // namespace

Result<Fit> fit_model(EvaluationKind kind, const std::filesystem::path& path,
                      const Clones& clones) {
  std::vector<Labelled> changes;
  std::string wrong;
  TRY(read_labelled_changes(
      kind, path, clones,
      [&](const LabelledChange& change, const ChangeInputs& inputs) -> std::optional<std::string> {
        Features features = count_features(read_effective(inputs, {}), inputs);
        changes.push_back(
            {.repo = change.repo, .label = change.label, .features = std::move(features)});
        return std::nullopt;
      },
      [&](const std::string& problem) {
        if (wrong.empty()) wrong = problem;
      }));
  if (!wrong.empty()) return fail(ErrorKind::invalid, fmt::format("{}: {}", path.string(), wrong));
  if (changes.empty())
    return fail(ErrorKind::invalid, fmt::format("{}: no labelled change in it", path.string()));

  Rows all(changes.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const Model& before = embedded_model();
  Model after = fitted(kind, before, changes, all);
  for (Model::Given& given : after.given)
    if (given.kind == name(kind))
      given = {.kind = given.kind, .hash = hash_of(changes), .labels = changes.size()};
  return Fit{.model_text = rewritten(embedded_model_text(), after),
             .report = report(kind, before, after, changes)};
}

}  // namespace sextant::scoring
