#include "app/model_fallbacks.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

#include <fmt/format.h>

namespace sextant::app {
namespace {

constexpr std::size_t reasons_shown = 5;

}  // namespace

std::size_t count(const ModelFallbacks& fallbacks) {
  std::size_t all = 0;
  for (const auto& [reason, times] : fallbacks) all += times;
  return all;
}

std::string lines_of(const ModelFallbacks& fallbacks) {
  std::vector<std::pair<std::size_t, std::string>> reasons;
  for (const auto& [reason, times] : fallbacks) reasons.emplace_back(times, reason);
  std::ranges::sort(reasons, std::ranges::greater{});
  std::string out;
  std::size_t left = count(fallbacks);
  for (std::size_t i = 0; i < reasons.size() && i < reasons_shown; ++i) {
    fmt::format_to(std::back_inserter(out), "  {}: {}\n", reasons[i].first, reasons[i].second);
    left -= reasons[i].first;
  }
  if (left > 0) fmt::format_to(std::back_inserter(out), "  {}: for other reasons\n", left);
  return out;
}

std::string without_model_text(const std::string& repository,
                               const velocity::RescoreReport& report) {
  const std::size_t all = count(report.fallbacks);
  if (all == 0) return "";
  std::string out = fmt::format("{}: the model gave no opinion on {}\n{}", repository, all,
                                lines_of(report.fallbacks));
  if (all > report.opinions_kept)
    fmt::format_to(std::back_inserter(out), "{} have the static score now\n",
                   all - report.opinions_kept);
  if (report.opinions_kept > 0)
    fmt::format_to(std::back_inserter(out), "{} keep the score that a model gave before\n",
                   report.opinions_kept);
  return out +
         "when that is mended, `sextant score --rescore --scorer llm` asks about these again; what "
         "was answered is kept and costs nothing\n";
}

}  // namespace sextant::app
