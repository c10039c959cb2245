#include "scoring/features.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <string_view>
#include <vector>

namespace sextant::scoring {
namespace {

constexpr std::string_view names[] = {
    "added_lines",
    "removed_lines",
    "deleted_lines",
    "program_tokens",
    "settings_tokens",
    "removed_tokens",
    "deleted_tokens",
    "control",
    "nesting",
    "decisions",
    "calls",
    "concurrency",
    "errors",
    "functions",
    "types",
    "reshaped",
    "visible",
    "visible_changed",
    "imports",
    "names",
    "migration_lines",
    "deploy_lines",
    "ci_lines",
    "config_lines",
    "instruction_lines",
    "security",
    "performance",
    "test_lines",
    "test_tokens",
    "assertions",
    "documentation_lines",
    "comment_lines",
    "moved_lines",
    "more_files",
    "more_subsystems",
    "hunks",
    "file_fixes",
    "file_age",
};
static_assert(std::size(names) == feature_count);

using Counts = std::array<std::int64_t, feature_count>;

std::int64_t& at(Counts& counts, Feature feature) {
  return counts[static_cast<std::size_t>(feature)];
}

bool is_program(PathKind kind) {
  return kind == PathKind::source || kind == PathKind::migration;
}

Feature lines_feature(PathKind kind) {
  switch (kind) {
    case PathKind::migration:
      return Feature::migration_lines;
    case PathKind::deploy:
      return Feature::deploy_lines;
    case PathKind::ci:
      return Feature::ci_lines;
    case PathKind::agent_instructions:
      return Feature::instruction_lines;
    default:
      return Feature::config_lines;
  }
}

void count_test_line(const ChangedLine& line, Counts& counts) {
  if (!line.is_added) return;
  ++at(counts, Feature::test_lines);
  at(counts, Feature::test_tokens) += line.facts.tokens;
  at(counts, Feature::assertions) += line.facts.assertions > 0;
}

void count_removed_line(const ChangedLine& line, const EffectiveFile& file, Counts& counts) {
  const bool is_deleted = file.file->status == git::FileStatus::deleted;
  at(counts, is_deleted ? Feature::deleted_tokens : Feature::removed_tokens) += line.facts.tokens;
  ++at(counts, is_deleted ? Feature::deleted_lines : Feature::removed_lines);
  at(counts, Feature::visible_changed) += line.facts.public_removed;
  at(counts, Feature::reshaped) += line.facts.functions_removed + line.facts.types_removed;
}

// Who only annotates, renames or rewrites a line has added no call and no branch that was there
// before. May leave less than nothing, which no file brings.
void take_what_was_there(const LineFacts& removed, Counts& counts) {
  at(counts, Feature::control) -= removed.control;
  at(counts, Feature::nesting) -= removed.complexity - removed.branches;
  at(counts, Feature::decisions) -= removed.branches;
  at(counts, Feature::calls) -= removed.calls;
  at(counts, Feature::concurrency) -= removed.concurrency;
  at(counts, Feature::errors) -= removed.errors;
}

// What a hunk's lines said before the change: who only annotates, renames or moves such a line
// speaks of nothing new.
struct SaidBefore {
  WordSet security = 0;
  WordSet performance = 0;
};

SaidBefore said_before(const EffectiveChange& change, const ChangedHunk& hunk) {
  SaidBefore before;
  for (std::uint32_t i = hunk.first; i < hunk.last; ++i) {
    const ChangedLine& line = change.lines[i];
    if (line.is_added) continue;
    before.security |= line.facts.security;
    before.performance |= line.facts.performance;
  }
  return before;
}

void count_added_line(const ChangedLine& line, PathKind kind, const SaidBefore& before,
                      Counts& counts) {
  const LineFacts& facts = line.facts;
  ++at(counts, Feature::added_lines);
  if (kind != PathKind::source) ++at(counts, lines_feature(kind));
  if (!is_program(kind)) {
    at(counts, Feature::settings_tokens) += facts.tokens;
    return;
  }
  at(counts, Feature::program_tokens) += facts.tokens;
  at(counts, Feature::control) += facts.control;
  at(counts, Feature::nesting) += facts.complexity - facts.branches;
  at(counts, Feature::decisions) += facts.branches;
  at(counts, Feature::calls) += facts.calls;
  at(counts, Feature::concurrency) += facts.concurrency;
  at(counts, Feature::errors) += facts.errors;
  at(counts, Feature::functions) += facts.functions_added;
  at(counts, Feature::types) += facts.types_added;
  at(counts, Feature::reshaped) += facts.functions_changed + facts.types_changed;
  at(counts, Feature::visible) += facts.public_added;
  at(counts, Feature::visible_changed) += facts.public_changed;
  at(counts, Feature::imports) += facts.modules_added;
  at(counts, Feature::names) += facts.names;
  if (facts.is_import) return;
  at(counts, Feature::security) += std::popcount(facts.security & ~before.security);
  at(counts, Feature::performance) += std::popcount(facts.performance & ~before.performance);
}

// A comment that was only reworded explains no more than it did.
void count_idle_line(const ChangedLine& line, Counts& counts) {
  if (line.fate == LineFate::comment)
    at(counts, Feature::comment_lines) += line.is_added ? 1 : -1;
  else if (line.fate != LineFate::blank && line.is_added)
    ++at(counts, Feature::moved_lines);
}

void count_line(const ChangedLine& line, const EffectiveFile& file, const SaidBefore& before,
                Counts& counts) {
  const PathKind kind = file.kind.kind;
  const bool counts_in_full = line.fate == LineFate::counts;
  if (line.is_test) {
    if (counts_in_full) count_test_line(line, counts);
    return;
  }
  if (!counts_in_full) return count_idle_line(line, counts);
  at(counts, Feature::hunks) = 1;
  if (line.is_added) return count_added_line(line, kind, before, counts);
  count_removed_line(line, file, counts);
  if (is_program(kind)) take_what_was_there(line.facts, counts);
}

// Lines beyond the limit count as ordinary ones, eight tokens each.
void count_unread(const EffectiveFile& file, Counts& counts) {
  constexpr int tokens_a_line = 8;
  if (file.kind.kind == PathKind::test) {
    at(counts, Feature::test_lines) += file.unread_added;
    at(counts, Feature::test_tokens) += std::int64_t{file.unread_added} * tokens_a_line;
    return;
  }
  const bool is_deleted = file.file->status == git::FileStatus::deleted;
  at(counts, Feature::added_lines) += file.unread_added;
  at(counts, is_deleted ? Feature::deleted_lines : Feature::removed_lines) += file.unread_removed;
  at(counts, is_program(file.kind.kind) ? Feature::program_tokens : Feature::settings_tokens) +=
      std::int64_t{file.unread_added} * tokens_a_line;
  at(counts, is_deleted ? Feature::deleted_tokens : Feature::removed_tokens) +=
      std::int64_t{file.unread_removed} * tokens_a_line;
}

// Of a hunk as evidence: code of the program goes before all else, places by their size.
std::int64_t weight_of(const Counts& counts, std::size_t feature, PathKind kind) {
  constexpr std::int64_t before_all_else = std::int64_t{1} << 40;
  std::int64_t weight = counts[feature];
  if (feature == static_cast<std::size_t>(Feature::hunks))
    for (const Feature lines :
         {Feature::added_lines, Feature::removed_lines, Feature::deleted_lines})
      weight += counts[static_cast<std::size_t>(lines)];
  return is_program(kind) ? weight + before_all_else : weight;
}

// The heaviest hunk of each of the change's files; weight 0: it has none that counts.
using FilePlaces = std::vector<Places::Place>;

void count_spread(const EffectiveChange& change, const FilePlaces& files, Features& features) {
  std::map<std::string_view, Places::Place> subsystems;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const EffectiveFile& file = change.files[i];
    if (file.lines_outside_tests == 0) continue;
    features.source_lines += file.lines_outside_tests;
    ++features.files;
    features.place(Feature::more_files).offer(files[i]);
    Places::Place& heaviest = subsystems[subsystem_of(file.file->path)];
    if (files[i].weight > heaviest.weight) heaviest = files[i];
  }
  for (const auto& [subsystem, place] : subsystems)
    features.place(Feature::more_subsystems).offer(place);
  at(features.counts, Feature::more_files) = std::max(features.files - 1, 0);
  at(features.counts, Feature::more_subsystems) =
      std::max<std::int64_t>(std::ssize(subsystems) - 1, 0);
}

void count_history(const EffectiveChange& change, const ChangeInputs& inputs,
                   const FilePlaces& files, Features& features) {
  if (inputs.history.size() != inputs.diff.files.size()) return;
  constexpr std::int64_t days_a_month = 30;
  std::int64_t days = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const EffectiveFile& file = change.files[i];
    if (file.lines_outside_tests == 0) continue;
    const auto index = static_cast<std::size_t>(file.file - inputs.diff.files.data());
    const FileHistory& history = inputs.history[index];
    at(features.counts, Feature::file_fixes) += std::max(history.fixes, 0);
    days += std::max(history.age_days, 0);
    if (files[i].weight == 0) continue;
    features.place(Feature::file_fixes).offer({history.fixes, files[i].hunk});
    features.place(Feature::file_age).offer({history.age_days, files[i].hunk});
  }
  if (features.files > 0)
    at(features.counts, Feature::file_age) = days / features.files / days_a_month;
}

// From the first to the last line of one side that `tells`; last_line 0: it has none.
template <typename Tells>
Evidence span_of(const EffectiveChange& change, const ChangedHunk& hunk, bool is_added,
                 Tells tells) {
  Evidence span{.path = change.files[hunk.file].file->path, .first_line = 0, .last_line = 0};
  for (std::uint32_t i = hunk.first; i < hunk.last; ++i) {
    const ChangedLine& line = change.lines[i];
    if (line.is_added != is_added || !tells(line)) continue;
    if (span.first_line == 0) span.first_line = line.number;
    span.last_line = line.number;
  }
  return span;
}

Evidence evidence_in(const EffectiveChange& change, const ChangedHunk& hunk, Feature feature) {
  const SaidBefore before = said_before(change, hunk);
  const auto brings = [&](const ChangedLine& line) {
    Counts counts{};
    count_line(line, change.files[hunk.file], before, counts);
    return at(counts, feature) > 0;
  };
  const auto counts = [](const ChangedLine& line) { return line.fate == LineFate::counts; };
  Evidence found;
  for (const bool is_added : {true, false})
    if (found.last_line == 0) found = span_of(change, hunk, is_added, brings);
  for (const bool is_added : {true, false})
    if (found.last_line == 0) found = span_of(change, hunk, is_added, counts);
  return found;
}

}  // namespace

std::string_view name(Feature feature) {
  return names[static_cast<std::size_t>(feature)];
}

std::vector<Evidence> evidence_of(const EffectiveChange& change, const Features& features,
                                  Feature feature) {
  if (feature == Feature::documentation_lines) return evidence_of_documentation(change);
  std::vector<Evidence> evidence;
  for (const Places::Place& place : features.places[static_cast<std::size_t>(feature)].best) {
    if (place.weight == 0) break;
    Evidence found = evidence_in(change, change.hunks[place.hunk], feature);
    if (found.last_line > 0) evidence.push_back(std::move(found));
  }
  return evidence;
}

Features count_features(const EffectiveChange& change, const ChangeInputs& inputs) {
  Features features;
  FilePlaces files(change.files.size());
  Counts of_file{};
  for (std::uint32_t index = 0; index < change.hunks.size(); ++index) {
    const ChangedHunk& hunk = change.hunks[index];
    const EffectiveFile& file = change.files[hunk.file];
    const SaidBefore before = said_before(change, hunk);
    Counts counts{};
    for (std::uint32_t i = hunk.first; i < hunk.last; ++i)
      count_line(change.lines[i], file, before, counts);
    for (std::size_t f = 0; f < feature_count; ++f) {
      of_file[f] += counts[f];
      if (counts[f] <= 0) continue;
      const Places::Place place{weight_of(counts, f, file.kind.kind), index};
      features.places[f].offer(place);
      if (static_cast<Feature>(f) == Feature::hunks && place.weight > files[hunk.file].weight)
        files[hunk.file] = place;
    }
    if (index + 1 < change.hunks.size() && change.hunks[index + 1].file == hunk.file) continue;
    for (std::size_t f = 0; f < feature_count; ++f)
      features.counts[f] += std::max<std::int64_t>(of_file[f], 0);
    of_file = {};
  }
  for (const EffectiveFile& file : change.files)
    if (file.kind.kind != PathKind::excluded) count_unread(file, features.counts);
  at(features.counts, Feature::documentation_lines) = change.documentation_lines;
  count_spread(change, files, features);
  count_history(change, inputs, files, features);
  // Far beyond what any score tells apart, and small enough that no product of them overflows.
  for (std::int64_t& count : features.counts) count = std::min<std::int64_t>(count, 400'000);
  return features;
}

}  // namespace sextant::scoring
