// Finds lines of one file that only changed their white space, wrapping, quotes or trailing commas.
//
// The tokens of both sides are matched in runs, long ones first, down to three. Lines that share
// matched tokens belong together, and such a group only changed its layout when every neighbouring
// pair of tokens in it was matched and both sides have as many tokens. So "f(a)" that became "f(a,
// b)" counts on both sides. Git's context tears such groups apart, so a file that mostly changed
// its layout and has the same tokens on both sides is one group.
#pragma once

#include <cstdint>
#include <vector>

#include "scoring/position_table.hpp"

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

  // Gives the file's reformatted lines their fate. Whether they are more than those that still
  // count: the file was laid out anew.
  bool mark(std::vector<ChangedLine>& lines);

 private:
  struct Line {
    std::size_t index = 0;    // among the change's lines
    std::uint32_t first = 0;  // its tokens
    std::uint32_t last = 0;
    std::uint32_t stretch = 0;  // where the tokens of its side of its hunk begin
  };
  struct Side {
    std::vector<std::uint64_t> tokens;
    std::vector<std::uint32_t> ends;  // where each hunk's tokens end
    std::vector<Line> lines;
    std::vector<std::uint32_t> line_of;     // by token
    std::vector<std::uint64_t> grams;       // grams[i]: three tokens from i on; 0: too few are left
    std::vector<std::uint64_t> long_grams;  // the same with eight
    std::vector<char> matched;              // the gram stands on the other side too
  };
  static void prepare(Side& side);
  static bool is_matched(const Side& side, const Line& line);
  using Grams = std::vector<std::uint64_t> Side::*;
  void match(Grams grams);
  static void make_grams(const Side& side, std::uint32_t length, std::vector<std::uint64_t>& grams);
  void tie(std::uint32_t removed, std::uint32_t added);
  std::uint32_t group_of(std::uint32_t line);
  void judge();
  bool holds_same_tokens() const;

  Side removed_;
  Side added_;
  Side* side_ = &added_;
  PositionTable positions_;
  std::vector<std::uint32_t> partner_;  // the removed gram that an added one was matched with
  // Removed lines, then added ones, as a forest of groups; and whether a group only changed its
  // layout.
  std::vector<std::uint32_t> parent_;
  std::vector<char> is_same_;
};

}  // namespace sextant::scoring
