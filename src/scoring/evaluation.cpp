#include "scoring/evaluation.hpp"

#include <fmt/format.h>

#include <map>

#include "git/diff.hpp"
#include "scoring/effort.hpp"
#include "scoring/path_kind.hpp"
#include "scoring/rank_statistics.hpp"

namespace sextant::scoring {
namespace {

constexpr std::size_t problems_named = 20;
// A repository with fewer labels says nothing by itself and is left out of the mean over
// repositories.
constexpr std::size_t labels_of_a_repo = 15;

std::vector<std::string> measure_names(EvaluationKind kind) {
  std::vector<std::string> names;
  if (kind == EvaluationKind::effort)
    names = {"base score", "final score, tiers", "final score, smooth"};
  if (kind == EvaluationKind::security) names = {"perf_security", "base score"};
  if (kind == EvaluationKind::risk) names = {"risk", "base score"};
  for (const char* baseline : {"changed lines", "lines outside tests", "files", "hunks"})
    names.emplace_back(baseline);
  return names;
}

void append_scores(EvaluationKind kind, const Score& score, std::vector<double>& row) {
  const auto sub_score = [&](Dimension d) {
    row.push_back(score.dimensions[static_cast<std::size_t>(d)].score);
  };
  if (kind == EvaluationKind::security) sub_score(Dimension::perf_security);
  if (kind == EvaluationKind::risk) sub_score(Dimension::risk);
  row.push_back(score.base);
  if (kind != EvaluationKind::effort) return;
  for (const EffortScale scale : {EffortScale::tiers, EffortScale::smooth})
    row.push_back(
        scaled(score.base, effort_of(scale, score.effective_lines, score.effective_files).factor));
}

void append_baselines(const git::Diff& diff, std::vector<double>& row) {
  int outside_tests = 0;
  std::size_t hunks = 0;
  for (const git::FileChange& file : diff.files) {
    hunks += file.hunks.size();
    if (kind_of_path(lower_ascii(file.path)).kind != PathKind::test)
      outside_tests += file.lines_added + file.lines_removed;
  }
  row.push_back(diff.lines_added() + diff.lines_removed());
  row.push_back(outside_tests);
  row.push_back(static_cast<double>(diff.files.size()));
  row.push_back(static_cast<double>(hunks));
}

// All that was read: rows of values and labels, and which rows belong to which group.
class Table {
 public:
  explicit Table(EvaluationKind kind) : kind_(kind), names_(measure_names(kind)) {}

  void add(const LabelledChange& change, const std::vector<double>& row) {
    const std::size_t index = labels_.size();
    labels_.push_back(change.label);
    values_.insert(values_.end(), row.begin(), row.end());
    if (!change.language.empty()) languages_[change.language].push_back(index);
    if (!change.repo.empty()) repos_[change.repo].push_back(index);
  }

  bool empty() const { return labels_.empty(); }

  std::vector<EvaluationGroup> groups() const {
    std::vector<std::size_t> all(labels_.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    std::vector<EvaluationGroup> groups = {group("all", all)};
    for (const auto& [language, rows] : languages_)
      groups.push_back(group("language " + language, rows));
    const std::size_t first_repo = groups.size();
    for (const auto& [repo, rows] : repos_) groups.push_back(group("repo " + repo, rows));
    groups.push_back(mean(std::span(groups).subspan(first_repo)));
    return groups;
  }

 private:
  EvaluationGroup group(std::string name, const std::vector<std::size_t>& rows) const {
    EvaluationGroup group{.name = std::move(name), .count = rows.size(), .measures = {}};
    std::vector<double> labels;
    std::vector<bool> positive;
    for (const std::size_t row : rows) {
      labels.push_back(labels_[row]);
      positive.push_back(is_positive(kind_, labels_[row]));
    }
    std::vector<double> values(rows.size());
    for (std::size_t column = 0; column < names_.size(); ++column) {
      for (std::size_t i = 0; i < rows.size(); ++i)
        values[i] = values_[rows[i] * names_.size() + column];
      const Interval interval = spearman_interval(values, labels);
      group.measures.push_back({.name = names_[column],
                                .rho = spearman(values, labels),
                                .rho_low = interval.low,
                                .rho_high = interval.high,
                                .auc = area_under_curve(values, positive)});
    }
    return group;
  }

  EvaluationGroup mean(std::span<const EvaluationGroup> repos) const {
    EvaluationGroup mean{.name = "mean over repos", .count = 0, .measures = {}};
    for (const EvaluationGroup& repo : repos) mean.count += repo.count >= labels_of_a_repo;
    for (std::size_t column = 0; column < names_.size(); ++column) {
      Measure& measure = mean.measures.emplace_back();
      measure.name = names_[column];
      measure.rho =
          mean_of(repos, [&](const EvaluationGroup& repo) { return repo.measures[column].rho; });
      measure.rho_low = measure.rho_high = measure.rho.value_or(0);
      measure.auc =
          mean_of(repos, [&](const EvaluationGroup& repo) { return repo.measures[column].auc; });
    }
    return mean;
  }

  template <typename Figure>
  static std::optional<double> mean_of(std::span<const EvaluationGroup> repos, Figure figure) {
    double sum = 0;
    int count = 0;
    for (const EvaluationGroup& repo : repos)
      if (const std::optional<double> value = figure(repo);
          value && repo.count >= labels_of_a_repo) {
        sum += *value;
        ++count;
      }
    return count ? std::optional(sum / count) : std::nullopt;
  }

  EvaluationKind kind_;
  std::vector<std::string> names_;
  std::vector<double> labels_;
  std::vector<double> values_;
  std::map<std::string, std::vector<std::size_t>> languages_;
  std::map<std::string, std::vector<std::size_t>> repos_;
};

Result<std::vector<double>> measure(EvaluationKind kind, const ChangeInputs& inputs,
                                    const Scorer& scorer) {
  const Score score = TRY(scorer.score(inputs));
  std::vector<double> row;
  append_scores(kind, score, row);
  append_baselines(inputs.diff, row);
  return row;
}

}  // namespace

Result<Evaluation> evaluate(EvaluationKind kind, const std::filesystem::path& path,
                            const Clones& clones, const Scorer& scorer) {
  Evaluation evaluation{
      .kind = kind, .scorer = scorer.id(), .groups = {}, .skipped = 0, .problems = {}};
  const auto problem = [&](std::string text) {
    ++evaluation.skipped;
    if (evaluation.problems.size() < problems_named) evaluation.problems.push_back(std::move(text));
  };
  Table table(kind);
  const auto sink = [&](const LabelledChange& change,
                        const ChangeInputs& inputs) -> std::optional<std::string> {
    const Result<std::vector<double>> row = measure(kind, inputs, scorer);
    if (!row) return row.error().message;
    table.add(change, *row);
    return std::nullopt;
  };
  const Result<void> read = read_labelled_changes(kind, path, clones, sink, problem);
  if (!read) return std::unexpected(read.error());
  if (table.empty())
    return fail(ErrorKind::invalid,
                fmt::format("{}: no labelled change in it{}{}", path.string(),
                            evaluation.problems.empty() ? "" : "; ",
                            evaluation.problems.empty() ? "" : evaluation.problems.front()));
  evaluation.groups = table.groups();
  return evaluation;
}

}  // namespace sextant::scoring
