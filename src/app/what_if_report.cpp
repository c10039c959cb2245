#include "app/what_if_report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/model_fallbacks.hpp"
#include "base/json.hpp"
#include "base/printable.hpp"

namespace sextant::app {
namespace {

using velocity::ComparedScore;
using velocity::Distributions;
using velocity::Histogram;
using velocity::Standing;
using velocity::WhatIfReport;

constexpr std::size_t skipped_shown = 20;
constexpr int bar_width = 28;
constexpr int tens = 10;

// The last ten holds the 100 too.
std::int64_t in_ten(const Histogram& scores, int ten) {
  const int lowest = ten * 10;
  return scores.between(lowest, ten + 1 == tens ? Histogram::score_max : lowest + 9);
}

struct Band {
  const char* name;
  int lowest;
  int highest;
};
constexpr Band bands[] = {{"high", velocity::high_from, Histogram::score_max},
                          {"medium", velocity::medium_from, velocity::high_from - 1},
                          {"low", 0, velocity::medium_from - 1}};

struct Changes {
  std::size_t up = 0;
  std::size_t down = 0;
};

Changes count_changes(const std::vector<ComparedScore>& compared) {
  Changes changes;
  for (const ComparedScore& one : compared) {
    changes.up += one.change() > 0;
    changes.down += one.change() < 0;
  }
  return changes;
}

// Those whose rank changes, whoever has the most scores first: an average over few moves easily.
std::vector<Standing> people_moved(const WhatIfReport& report) {
  std::vector<Standing> moved = report.standings;
  std::erase_if(moved, [](const Standing& one) { return one.rank_before == one.rank_after; });
  std::ranges::stable_sort(moved, std::ranges::greater{}, &Standing::count);
  return moved;
}

std::string plural(std::size_t count, const char* thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

void append_figures(std::string& out, const Distributions& both) {
  const auto end = std::back_inserter(out);
  fmt::format_to(end, "{:<18}{:>8}{:>8}\n", "", "stored", "what if");
  fmt::format_to(end, "{:<18}{:>8.1f}{:>8.1f}\n", "mean", *mean(both.before), *mean(both.after));
  fmt::format_to(end, "{:<18}{:>8.1f}{:>8.1f}\n", "median", *median(both.before),
                 *median(both.after));
  for (const Band& band : bands)
    fmt::format_to(end, "{:<18}{:>8}{:>8}\n",
                   fmt::format("{} ({}-{})", band.name, band.lowest, band.highest),
                   both.before.between(band.lowest, band.highest),
                   both.after.between(band.lowest, band.highest));
}

// Both with the same measure, so that the longest bar is the most frequent ten of either.
void append_histogram(std::string& out, const Distributions& both) {
  std::int64_t most = 1;
  for (int ten = 0; ten < tens; ++ten)
    most = std::max({most, in_ten(both.before, ten), in_ten(both.after, ten)});
  const auto bar = [&](std::int64_t count) {
    const std::int64_t length = (count * bar_width + most - 1) / most;
    return fmt::format("{:>7} {:<{}}", count, std::string(static_cast<std::size_t>(length), '#'),
                       bar_width);
  };
  const auto end = std::back_inserter(out);
  fmt::format_to(end, "\n{:<7}{:>7} {:<{}} {:>7}\n", "score", "stored", "", bar_width, "what if");
  for (int ten = 0; ten < tens; ++ten) {
    const int highest = ten + 1 == tens ? Histogram::score_max : ten * 10 + 9;
    std::string line = fmt::format("{:<7}{} {}", fmt::format("{}-{}", ten * 10, highest),
                                   bar(in_ten(both.before, ten)), bar(in_ten(both.after, ten)));
    line.erase(line.find_last_not_of(' ') + 1);
    fmt::format_to(end, "{}\n", line);
  }
}

void append_order(std::string& out, const std::vector<ComparedScore>& compared) {
  const Changes changes = count_changes(compared);
  const auto correlation = velocity::rank_correlation(compared);
  const auto end = std::back_inserter(out);
  fmt::format_to(end, "\nChanged: {} of {}, {} up and {} down\n", changes.up + changes.down,
                 compared.size(), changes.up, changes.down);
  fmt::format_to(end, "Rank correlation of both orders: {}\n",
                 correlation ? fmt::format("{:.3f} (Spearman's; 1 is the same order)", *correlation)
                             : "none; that takes three scores, and not all the same");
}

void append_moved(std::string& out, const std::vector<ComparedScore>& compared, std::size_t limit) {
  const auto moved = moved_most(compared, limit);
  if (moved.empty()) return;
  out += "\nPull requests that move most\n";
  for (const ComparedScore& one : moved)
    fmt::format_to(std::back_inserter(out), "  {:>3} -> {:>3}  {:>+4}  {} {}\n", one.before,
                   one.after, one.change(), one.reference, printable(one.title));
}

void append_people(std::string& out, const WhatIfReport& report, std::size_t limit) {
  const auto moved = people_moved(report);
  const auto end = std::back_inserter(out);
  fmt::format_to(end, "\nRank by average score, without bots: {} of {} would move\n", moved.size(),
                 plural(report.standings.size(), "contributor"));
  for (std::size_t i = 0; i < moved.size() && i < limit; ++i)
    fmt::format_to(end, "  {:>3} -> {:>3}  {:>5.1f} -> {:>5.1f}  {} ({})\n", moved[i].rank_before,
                   moved[i].rank_after, moved[i].average_before, moved[i].average_after,
                   printable(moved[i].username),
                   plural(static_cast<std::size_t>(moved[i].count), "score"));
}

void append_left_out(std::string& out, const WhatIfReport& report) {
  if (report.unscored > 0)
    fmt::format_to(std::back_inserter(out), "\nNot compared: {} without a score\n",
                   report.unscored);
  if (!report.fallbacks.empty())
    fmt::format_to(std::back_inserter(out),
                   "\nCompared by the static score, for the model gave no opinion: {}\n{}",
                   count(report.fallbacks), lines_of(report.fallbacks));
  if (report.not_replayable.empty()) return;
  fmt::format_to(std::back_inserter(out), "\nCould not be scored again: {}\n",
                 report.not_replayable.size());
  for (std::size_t i = 0; i < report.not_replayable.size() && i < skipped_shown; ++i)
    fmt::format_to(std::back_inserter(out), "  {}: {}\n", printable(report.not_replayable[i].title),
                   report.not_replayable[i].reason);
  if (report.not_replayable.size() > skipped_shown)
    fmt::format_to(std::back_inserter(out), "  and {} more\n",
                   report.not_replayable.size() - skipped_shown);
}

std::string scorers_of(const WhatIfReport& report) {
  std::string names;
  for (const auto& [scorer, count] : report.scored_by)
    names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", scorer, count);
  return names;
}

void number_or_null(json::Writer& json, std::optional<double> value) {
  // Four digits: more would be noise, and differ between machines.
  value ? json.number(std::round(*value * 10'000) / 10'000) : json.null();
}

void append_distribution(json::Writer& json, std::string_view key, const Histogram& scores) {
  json.key(key).begin_object();
  json.key("mean");
  number_or_null(json, mean(scores));
  json.key("median");
  number_or_null(json, median(scores));
  for (const Band& band : bands)
    json.key(band.name).integer(scores.between(band.lowest, band.highest));
  json.key("tens").begin_array();
  for (int ten = 0; ten < tens; ++ten) json.integer(in_ten(scores, ten));
  json.end_array().end_object();
}

void append_moved(json::Writer& json, const std::vector<ComparedScore>& moved) {
  json.key("moved_most").begin_array();
  for (const ComparedScore& one : moved) {
    json.begin_object();
    json.key("reference").string(one.reference);
    json.key("title").string(one.title);
    json.key("before").integer(one.before);
    json.key("after").integer(one.after);
    json.end_object();
  }
  json.end_array();
}

void append_people(json::Writer& json, const std::vector<Standing>& standings) {
  json.key("contributors").begin_array();
  for (const Standing& one : standings) {
    json.begin_object();
    json.key("username").string(one.username);
    json.key("scores").integer(one.count);
    json.key("average_before");
    number_or_null(json, one.average_before);
    json.key("average_after");
    number_or_null(json, one.average_after);
    json.key("rank_before").integer(one.rank_before);
    json.key("rank_after").integer(one.rank_after);
    json.end_object();
  }
  json.end_array();
}

void append_left_out(json::Writer& json, const WhatIfReport& report) {
  json.key("unscored").integer(static_cast<std::int64_t>(report.unscored));
  json.key("static_alone").begin_object();
  for (const auto& [reason, times] : report.fallbacks)
    json.key(reason).integer(static_cast<std::int64_t>(times));
  json.end_object();
  json.key("not_replayable").begin_array();
  for (const velocity::SkippedCommit& one : report.not_replayable) {
    json.begin_object();
    json.key("reference").string(one.title);
    json.key("commit").string(one.commit);
    json.key("reason").string(one.reason);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::string what_if_text(const WhatIfTerms& terms, const WhatIfReport& report) {
  std::string out =
      fmt::format("{}: {} compared\n", terms.repository, plural(report.compared.size(), "score"));
  const auto end = std::back_inserter(out);
  if (!report.compared.empty()) {
    fmt::format_to(end, "stored   by {}\n", scorers_of(report));
    fmt::format_to(end, "what if  by {}, guidelines: {}, effort scale: {}\n\n", terms.scorer,
                   terms.guidelines, terms.effort_scale);
    const Distributions both = distributions(report.compared);
    append_figures(out, both);
    append_histogram(out, both);
    append_order(out, report.compared);
    append_moved(out, report.compared, terms.limit);
    append_people(out, report, terms.limit);
  }
  append_left_out(out, report);
  out += "\nNo score was changed.\n";
  return out;
}

std::string what_if_json(const WhatIfTerms& terms, const WhatIfReport& report) {
  const Distributions both = distributions(report.compared);
  const Changes changes = count_changes(report.compared);
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.key("repository").string(terms.repository);
  json.key("scorer").string(terms.scorer);
  json.key("guidelines").string(terms.guidelines);
  json.key("effort_scale").string(terms.effort_scale);
  json.key("stored_scorers").begin_object();
  for (const auto& [scorer, count] : report.scored_by)
    json.key(scorer).integer(static_cast<std::int64_t>(count));
  json.end_object();
  json.key("compared").integer(static_cast<std::int64_t>(report.compared.size()));
  json.key("up").integer(static_cast<std::int64_t>(changes.up));
  json.key("down").integer(static_cast<std::int64_t>(changes.down));
  json.key("rank_correlation");
  number_or_null(json, velocity::rank_correlation(report.compared));
  append_distribution(json, "before", both.before);
  append_distribution(json, "after", both.after);
  append_moved(json, moved_most(report.compared, terms.limit));
  append_people(json, report.standings);
  append_left_out(json, report);
  json.end_object();
  return out;
}

}  // namespace sextant::app
