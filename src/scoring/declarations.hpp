// What the effective lines of a change declare and import, told apart by its other side: what is
// new, what is gone, and what is there before and after, in another form.
#pragma once

#include <cstdint>
#include <vector>

#include "scoring/effective.hpp"
#include "scoring/syntax.hpp"

namespace sextant::scoring {

// Of one side of the change.
struct FoundDeclaration {
  Declaration declaration;
  std::uint32_t file = 0;
  std::uint32_t line = 0;  // into EffectiveChange::lines
};
struct FoundImport {
  std::uint64_t module = 0;
  std::uint32_t file = 0;
  std::uint32_t line = 0;
};

struct Found {
  std::vector<FoundDeclaration> removed;
  std::vector<FoundDeclaration> added;
  std::vector<FoundImport> modules_removed;
  std::vector<FoundImport> modules_added;
};

// Notes the outcome in the lines' facts. One of the same name in the same file was changed, one of
// the same name and signature in another file was moved.
void compare_sides(Found& found, std::vector<ChangedLine>& lines);

}  // namespace sextant::scoring
