#include "scoring/feature_rows.hpp"

#include "base/json.hpp"
#include "scoring/features.hpp"

namespace sextant::scoring {
namespace {

Result<std::string> row_of(const LabelledChange& change, const ChangeInputs& inputs,
                           const Scorer& scorer) {
  const Score score = TRY(scorer.score(inputs));
  const Features features = count_features(read_effective(inputs, {}), inputs);
  std::string row;
  json::Writer writer(row);
  writer.begin_object();
  writer.key("repo").string(change.repo);
  writer.key("language").string(change.language);
  writer.key("label").number(change.label);
  writer.key("features").begin_object();
  for (std::size_t f = 0; f < feature_count; ++f)
    if (features.counts[f] != 0)
      writer.key(name(static_cast<Feature>(f))).integer(features.counts[f]);
  writer.end_object();
  writer.key("scores").begin_object();
  for (std::size_t d = 0; d < dimension_count; ++d)
    writer.key(name(static_cast<Dimension>(d))).integer(score.dimensions[d].score);
  writer.key("base").integer(score.base);
  writer.key("effective_lines").integer(score.effective_lines);
  writer.end_object();
  writer.end_object();
  return row;
}

}  // namespace

Result<void> write_feature_rows(EvaluationKind kind, const std::filesystem::path& path,
                                const Clones& clones, const Scorer& scorer, const RowSink& sink,
                                const ProblemSink& problem) {
  const auto read = [&](const LabelledChange& change,
                        const ChangeInputs& inputs) -> std::optional<std::string> {
    const Result<std::string> row = row_of(change, inputs, scorer);
    if (!row) return row.error().message;
    sink(*row);
    return std::nullopt;
  };
  return read_labelled_changes(kind, path, clones, read, problem);
}

}  // namespace sextant::scoring
