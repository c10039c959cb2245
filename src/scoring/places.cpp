#include "scoring/places.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace sextant::scoring {
namespace {

// From the first to the last line of one side that `tells`; last_line 0: it has none.
template <typename Tells>
Evidence span_of(const EffectiveChange& change, const ChangedHunk& hunk, Tells tells) {
  Evidence span{.path = change.files[hunk.file].file->path,
                .first_line = std::numeric_limits<int>::max(),
                .last_line = 0};
  for (std::uint32_t i = hunk.first; i < hunk.last; ++i) {
    const ChangedLine& line = change.lines[i];
    if (!tells(line)) continue;
    span.first_line = std::min(span.first_line, line.number);
    span.last_line = std::max(span.last_line, line.number);
  }
  return span;
}

Evidence evidence_in(const EffectiveChange& change, const ChangedHunk& hunk) {
  for (const bool is_added : {true, false}) {
    Evidence span = span_of(change, hunk, [&](const ChangedLine& line) {
      return line.fate == LineFate::counts && line.is_added == is_added;
    });
    if (span.last_line > 0) return span;
  }
  return span_of(change, hunk, [](const ChangedLine& line) {
    return line.fate != LineFate::blank && line.is_added;
  });
}

}  // namespace

void Places::offer(Place place) {
  for (Place& each : best)
    if (place.weight > each.weight) std::swap(place, each);
}

std::vector<Evidence> evidence_of(const EffectiveChange& change, const Places& places) {
  std::vector<Evidence> evidence;
  for (const Places::Place& place : places.best) {
    if (place.weight == 0) break;
    Evidence found = evidence_in(change, change.hunks[place.hunk]);
    if (found.last_line > 0) evidence.push_back(std::move(found));
  }
  return evidence;
}

std::vector<Evidence> evidence_of_documentation(const EffectiveChange& change) {
  const git::FileChange* most = nullptr;
  for (const EffectiveFile& file : change.files)
    if (file.kind.reason == ExclusionReason::documentation &&
        file.kind.kind == PathKind::excluded && file.file->lines_added > 0 &&
        (!most || file.file->lines_added > most->lines_added))
      most = file.file;
  if (!most) return {};
  const auto largest = std::max_element(
      most->hunks.begin(), most->hunks.end(),
      [](const git::Hunk& a, const git::Hunk& b) { return a.added.size() < b.added.size(); });
  if (largest == most->hunks.end() || largest->added.empty()) return {};
  return {{most->path, largest->new_line,
           largest->new_line + static_cast<int>(largest->added.size()) - 1}};
}

}  // namespace sextant::scoring
