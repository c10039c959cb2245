// What a change did, counted over its effective lines, and where most of it lies.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "scoring/places.hpp"

namespace sextant::scoring {

// Tokens stand for size, since lines depend on how code is wrapped.
enum class Feature : std::uint8_t {
  added_lines,      // outside tests, as the next two
  removed_lines,    // from files that stay
  deleted_lines,    // gone with their files
  program_tokens,   // added to source and migrations
  settings_tokens,  // added to configuration, CI, deployment and agents' instructions
  removed_tokens,   // taken from files that stay, tests left out
  deleted_tokens,   // gone with their files
  control,          // decisions and exits; as the next five beyond what the file lost
  nesting,          // levels that decisions lie deep, each summed
  decisions,        // branches and loops, cases, handlers
  calls,
  concurrency,  // lines' words on threads, locks, tasks
  errors,       // words on failing and recovering
  functions,
  types,
  reshaped,         // functions and types changed or removed
  visible,          // public declarations added
  visible_changed,  // public declarations removed or replaced
  imports,          // of what the file did not import before
  names,            // that the change says for the first time
  migration_lines,
  deploy_lines,
  ci_lines,
  config_lines,
  instruction_lines,
  security,     // words that a line says and its hunk did not say before; imports left out
  performance,  // likewise
  test_lines,
  test_tokens,
  assertions,
  documentation_lines,
  comment_lines,    // beyond those that the file lost, outside tests
  moved_lines,      // likewise, on the side where they came to be, or came to be laid out anew
  more_files,       // beyond the first, tests left out
  more_subsystems,  // beyond the first
  hunks,            // places with effective lines, tests left out
  // What had happened to the files with effective lines outside tests, where that is known.
  file_fixes,  // over all of them
  file_age,    // their mean, in months
};
constexpr std::size_t feature_count = static_cast<std::size_t>(Feature::file_age) + 1;
std::string_view name(Feature feature);  // "added_lines"

struct Features {
  std::array<std::int64_t, feature_count> counts{};
  std::array<Places, feature_count> places{};
  int source_lines = 0;  // effective ones outside tests, added and removed
  int files = 0;         // with such lines

  std::int64_t operator[](Feature feature) const {
    return counts[static_cast<std::size_t>(feature)];
  }
  Places& place(Feature feature) { return places[static_cast<std::size_t>(feature)]; }
};

// Where most of the feature lies: of each place from the first line that brings something of it to
// the last.
std::vector<Evidence> evidence_of(const EffectiveChange& change, const Features& features,
                                  Feature feature);

// `inputs` are what the change was read from: their history is counted too.
Features count_features(const EffectiveChange& change, const ChangeInputs& inputs);

}  // namespace sextant::scoring
