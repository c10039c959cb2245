#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "base/json.hpp"
#include "scoring/evaluation.hpp"

namespace sextant::scoring {
namespace {

std::string_view label_text(EvaluationKind kind) {
  switch (kind) {
    case EvaluationKind::effort:
      return "effort; AUC: an hour or more";
    case EvaluationKind::security:
      return "fixes a CVE";
    case EvaluationKind::risk:
      break;
  }
  return "introduced a bug";
}

// Four digits say all that these figures know.
void append_figure(json::Writer& writer, const std::optional<double>& value) {
  value ? writer.number(std::round(*value * 10'000) / 10'000) : writer.null();
}

void append_measure(std::string& out, const Measure& measure) {
  const auto append = std::back_inserter(out);
  fmt::format_to(append, "  {:<22}", measure.name);
  if (!measure.rho)
    fmt::format_to(append, "{:>6}  {:<16}", "-", "");
  else if (measure.rho_low == measure.rho_high)
    fmt::format_to(append, "{:>6.3f}  {:<16}", *measure.rho, "");
  else
    fmt::format_to(append, "{:>6.3f}  [{:>6.3f}, {:>6.3f}]", *measure.rho, measure.rho_low,
                   measure.rho_high);
  measure.auc ? fmt::format_to(append, "  {:>6.3f}\n", *measure.auc)
              : fmt::format_to(append, "  {:>6}\n", "-");
}

}  // namespace

std::string to_text(const Evaluation& evaluation) {
  std::string out = fmt::format("{} against {}\n", evaluation.scorer, label_text(evaluation.kind));
  for (const EvaluationGroup& group : evaluation.groups) {
    fmt::format_to(std::back_inserter(out), "\n{}  n={}\n  {:<22}{:>6}  {:<16}  {:>6}\n",
                   group.name, group.count, "", "rho", "95 % interval", "AUC");
    for (const Measure& measure : group.measures) append_measure(out, measure);
  }
  for (const std::string& problem : evaluation.problems)
    fmt::format_to(std::back_inserter(out), "skipped {}\n", problem);
  if (evaluation.skipped > 0)
    fmt::format_to(std::back_inserter(out), "{} lines skipped\n", evaluation.skipped);
  return out;
}

std::string to_json(const Evaluation& evaluation) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.key("kind").string(name(evaluation.kind));
  writer.key("scorer").string(evaluation.scorer);
  writer.key("groups").begin_array();
  for (const EvaluationGroup& group : evaluation.groups) {
    writer.begin_object();
    writer.key("name").string(group.name);
    writer.key("n").integer(static_cast<std::int64_t>(group.count));
    writer.key("measures").begin_array();
    for (const Measure& measure : group.measures) {
      writer.begin_object();
      writer.key("name").string(measure.name);
      append_figure(writer.key("rho"), measure.rho);
      append_figure(writer.key("rho_low"),
                    measure.rho ? std::optional(measure.rho_low) : std::nullopt);
      append_figure(writer.key("rho_high"),
                    measure.rho ? std::optional(measure.rho_high) : std::nullopt);
      append_figure(writer.key("auc"), measure.auc);
      writer.end_object();
    }
    writer.end_array();
    writer.end_object();
  }
  writer.end_array();
  writer.key("skipped").integer(static_cast<std::int64_t>(evaluation.skipped));
  writer.key("problems").begin_array();
  for (const std::string& problem : evaluation.problems) writer.string(problem);
  writer.end_array();
  writer.end_object();
  return out;
}

}  // namespace sextant::scoring
