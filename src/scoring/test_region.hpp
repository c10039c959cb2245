// Tests that stand in the program's own files, as Rust's do: from their attribute to the end of
// what it belongs to, as far as a hunk shows both.
#pragma once

#include <string_view>

#include "scoring/languages.hpp"

namespace sextant::scoring {

class TestRegion {
 public:
  explicit TestRegion(const Language& language) : language_(language) {}

  // Before one side of a hunk.
  void begin() { is_inside_ = false; }
  // Whether the side's next line belongs to a test.
  bool take(std::string_view line);

 private:
  const Language& language_;
  std::size_t indent_ = 0;  // of the attribute
  bool is_inside_ = false;
};

}  // namespace sextant::scoring
