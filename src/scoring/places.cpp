#include "scoring/places.hpp"

#include <algorithm>
#include <utility>

namespace sextant::scoring {

void Places::offer(Place place) {
  for (Place& each : best)
    if (place.weight > each.weight) std::swap(place, each);
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
