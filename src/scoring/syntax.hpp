// Reads one text by a grammar: a side of a hunk, or a whole file. What it finds is told by row,
// from 0, and depends on the order of tokens, not on layout. Recovers from errors: what lies in a
// piece that the grammar makes nothing of is marked as lost.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "scoring/grammars.hpp"

namespace sextant::scoring {

struct Declaration {
  enum class Kind : std::uint8_t { function, type, prototype };
  Kind kind = Kind::function;
  bool is_public = false;
  std::uint32_t row = 0;  // of its name
  std::uint64_t name = 0;
  std::uint64_t signature = 0;  // of all that stands before its body
};

struct Import {
  std::uint32_t row = 0;
  std::uint64_t module = 0;
};

struct SyntaxRow {
  std::uint16_t calls = 0;
  std::uint16_t branches = 0;
  std::uint16_t complexity = 0;
  bool has_code = false;
  bool has_comment = false;
  bool is_lost = false;
};

struct SyntaxFacts {
  std::vector<SyntaxRow> rows;
  std::vector<Declaration> declarations;
  std::vector<Import> imports;
  // About what recovering from errors took: it passes all that it has skipped for each token more.
  std::uint64_t recovery = 0;
  std::uint64_t work = 0;  // that the parser took
  // A call with a block behind it, which is what a method looks like outside of its class.
  bool has_loose_block = false;
};

// False when the parser would have taken more than `work_most`. The text is one of Fragment's,
// which bounds it. `is_header`: declarations without a body are what others see.
bool read_syntax(const Language& language, std::string_view text, bool is_header,
                 std::uint64_t work_most, SyntaxFacts& facts);

}  // namespace sextant::scoring
