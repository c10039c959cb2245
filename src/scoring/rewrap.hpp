// Finds lines of one file that only changed their white space, wrapping, quotes or trailing commas:
// every neighbouring pair of their tokens stands the same way on the other side.
#pragma once

#include <cstdint>
#include <vector>

#include "scoring/count_table.hpp"

namespace sextant::scoring {

struct ChangedLine;

class Rewrap {
 public:
  void begin_file();
  void begin_side(bool is_added);  // of the next hunk
  std::vector<std::uint64_t>& stream() {
    return side_->tokens;
  }  // where the lexer puts a line's tokens
  void end_line(std::size_t line);  // its index among the change's lines

  // Gives the file's reformatted lines their fate.
  void mark(std::vector<ChangedLine>& lines);

 private:
  // A stretch of tokens that stood next to each other: one side of one hunk.
  struct Stretch {
    std::size_t first = 0;
    std::size_t last = 0;
  };
  struct LineEnd {
    std::size_t line = 0;
    std::size_t first = 0;
    std::size_t last = 0;
    std::size_t stretch = 0;
  };
  struct Side {
    std::vector<std::uint64_t> tokens;
    std::vector<Stretch> stretches;
    std::vector<LineEnd> lines;
    std::vector<std::uint64_t> grams;  // grams[i]: the three tokens from i on
    std::vector<char> matched;         // the gram stands on the other side too
  };
  static void make_grams(Side& side);
  static bool is_same(const Side& side, const LineEnd& line);
  void match();

  Side removed_;
  Side added_;
  Side* side_ = &added_;
  CountTable counts_;
};

}  // namespace sextant::scoring
