// Where in a change a reason lies: the hunks that hold most of what it counts.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "scoring/effective.hpp"

namespace sextant::scoring {

struct Places {
  static constexpr std::size_t kept = 2;
  struct Place {
    std::int64_t weight = 0;
    std::uint32_t hunk = 0;
  };
  std::array<Place, kept> best{};  // the heaviest first; weight 0: none

  void offer(Place place);
};

// The document that grew most; nothing where none did.
std::vector<Evidence> evidence_of_documentation(const EffectiveChange& change);

}  // namespace sextant::scoring
