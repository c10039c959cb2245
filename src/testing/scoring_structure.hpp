// For tests: what reading a change by grammar found, summed up over its lines that count.
#pragma once

#include "scoring/effective.hpp"
#include "testing/scoring_diffs.hpp"

namespace sextant::testing {

struct StructureCounts {
  int functions_added = 0;
  int functions_changed = 0;
  int functions_removed = 0;
  int types_added = 0;
  int types_changed = 0;
  int types_removed = 0;
  int public_added = 0;
  int public_changed = 0;
  int public_removed = 0;
  int modules_added = 0;
  int calls = 0;
  int branches = 0;
  int complexity = 0;
  int comments = 0;
  int lexical = 0;
};

inline StructureCounts structure_of(const DiffText& text) {
  const git::Diff diff = text.diff();
  const scoring::EffectiveChange change = scoring::read_effective({diff}, {});
  StructureCounts counts;
  for (const scoring::ChangedLine& line : change.lines) {
    const scoring::LineFacts& facts = line.facts;
    counts.comments += line.fate == scoring::LineFate::comment;
    if (line.fate != scoring::LineFate::counts) continue;
    counts.lexical += !facts.is_parsed;
    counts.functions_added += facts.functions_added;
    counts.functions_changed += facts.functions_changed;
    counts.functions_removed += facts.functions_removed;
    counts.types_added += facts.types_added;
    counts.types_changed += facts.types_changed;
    counts.types_removed += facts.types_removed;
    counts.public_added += facts.public_added;
    counts.public_changed += facts.public_changed;
    counts.public_removed += facts.public_removed;
    counts.modules_added += facts.modules_added;
    if (!line.is_added) continue;
    counts.calls += facts.calls;
    counts.branches += facts.branches;
    counts.complexity += facts.complexity;
  }
  return counts;
}

}  // namespace sextant::testing
