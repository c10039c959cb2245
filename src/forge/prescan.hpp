// Which lines of a block may hold something of interest: archives are read through it, so that the
// lines nobody cares about are never parsed.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace sextant::forge {

class Prescan {
 public:
  virtual ~Prescan() = default;
  // Calls `hit` with an offset inside each line of `block` that is to be parsed: ascending, perhaps
  // several for one line, and too many lines rather than one too few. A block ends with a whole
  // line. Called on many threads at once.
  virtual void scan(std::string_view block,
                    const std::function<void(std::size_t offset)>& hit) const = 0;
};

}  // namespace sextant::forge
