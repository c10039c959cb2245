// Reads changed lines into tokens, language by language, from a hunk's lines alone: no grammar, no
// look at the rest of the file. What it says of a line does not depend on white space, quote style
// or trailing commas and semicolons. Where a grammar reads the language, see structure.hpp, it says
// better what the line declares, calls and decides.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "scoring/languages.hpp"

namespace sextant::scoring {

// Words as a set, one of sixty-four places each: enough to tell whether a line says what another
// does not.
using WordSet = std::uint64_t;

// What one line holds, comments left out. A construct over several lines counts at its first token,
// a declaration at its name.
struct LineFacts {
  std::uint64_t hash = 0;  // of its tokens in order
  WordSet security = 0;    // parts of its names that speak of security
  WordSet performance = 0;
  std::uint32_t tokens =
      0;  // names, words, literals, operators; brackets and separators do not count
  std::uint32_t length = 0;  // of its part of the token stream
  std::uint16_t calls = 0;
  std::uint16_t control = 0;
  std::uint16_t concurrency = 0;
  std::uint16_t errors = 0;
  std::uint16_t assertions = 0;
  std::uint16_t branches = 0;    // decisions: ifs, loops, cases, handlers, "&&" (by grammar only)
  std::uint16_t complexity = 0;  // branches, each one heavier for every level that it lies deeper
  std::uint16_t names = 0;       // that no effective line before it has added; tests by themselves
  // Told apart by the other side of the change, so of effective lines only. "Changed" counts on the
  // added side.
  std::uint8_t functions_added = 0;
  std::uint8_t functions_changed = 0;
  std::uint8_t functions_removed = 0;
  std::uint8_t types_added = 0;
  std::uint8_t types_changed = 0;
  std::uint8_t types_removed = 0;
  std::uint8_t public_added = 0;  // declarations of any kind that others can see
  std::uint8_t public_changed = 0;
  std::uint8_t public_removed = 0;
  std::uint8_t modules_added = 0;  // imported where the file did not before
  bool is_comment = false;         // nothing but comment; never together with is_blank
  bool is_blank = false;
  bool is_import = false;
  bool opens_above = false;  // its comment began before the hunk
  bool is_parsed = false;    // a grammar read it
  // What the line alone seems to declare, and under which name.
  bool declares_function = false;
  bool declares_type = false;
  bool is_visible = false;   // the declaration is public
  bool may_declare = false;  // or begin to: its end may stand on another line
  std::uint64_t declared = 0;
  bool is_telling = false;  // long enough that finding it elsewhere means it was moved
};

class Lexer {
 public:
  // Names are appended to `names`: words that are neither the language's nor literals.
  Lexer(const Language& language, std::vector<std::uint64_t>& names)
      : language_(language),
        vocabulary_(vocabulary_of(language)),
        parts_(name_parts()),
        names_(names) {}

  // Before one side of a hunk: decides whether its first line lies inside a comment or a text.
  void begin(std::span<const std::string_view> lines);

  // Whether the lines of a side read like prose or hold a docstring's markup and show no comment's
  // end: they may lie inside one that began above the hunk.
  bool is_in_doubt(std::span<const std::string_view> lines) const;
  enum class Inside : char { code = 't', comment = 'c', text = 's' };
  // Instead of begin, where the file's text is at hand: what stands above line `number` decides.
  // Answers inside of what that is.
  Inside begin_behind(std::string_view text, int number);

  // The line's facts; its tokens are appended to `stream`. Reads the first 1,024 bytes as tokens
  // and the rest as one.
  LineFacts read(std::string_view line, std::vector<std::uint64_t>& stream);

 private:
  struct Reading;
  bool skip_comment(Reading& reading);
  bool opens_comment(Reading& reading);
  bool opens_quotes(Reading& reading);
  bool read_text(Reading& reading);
  void read_word(Reading& reading);
  void read_number(Reading& reading);
  void read_string(Reading& reading);
  void read_sign(Reading& reading);
  void judge_declaration(Reading& reading) const;

  const Language& language_;
  const Vocabulary& vocabulary_;
  const Vocabulary& parts_;
  std::string_view comment_end_;  // not empty: inside a comment that ends so
  std::string_view text_end_;     // not empty: inside a text over several lines that ends so
  bool opened_above_ = false;     // that comment began before the hunk
  bool awaits_value_ = false;     // behind "=", "(" and the like, perhaps of the line before
  std::vector<std::uint64_t>& names_;
};

}  // namespace sextant::scoring
