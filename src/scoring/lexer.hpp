// Reads changed lines into tokens, language by language, from a hunk's lines alone: no grammar, no
// look at the rest of the file. What it says of a line does not depend on white space, quote style
// or trailing commas and semicolons.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "scoring/languages.hpp"

namespace sextant::scoring {

// What one line holds, comments left out.
struct LineFacts {
  std::uint64_t hash = 0;  // of its tokens in order
  std::uint32_t tokens =
      0;  // names, words, literals, operators; brackets and separators do not count
  std::uint32_t length = 0;  // of its part of the token stream
  std::uint16_t calls = 0;
  std::uint16_t control = 0;
  std::uint16_t concurrency = 0;
  std::uint16_t errors = 0;
  std::uint16_t security = 0;
  std::uint16_t performance = 0;
  std::uint16_t assertions = 0;
  bool is_comment = false;  // nothing but comment; never together with is_blank
  bool is_blank = false;
  bool is_import = false;
  bool declares_function = false;
  bool declares_type = false;
  bool is_visible = false;  // the declaration is public
  bool is_telling = false;  // long enough that finding it elsewhere means it was moved
};

class Lexer {
 public:
  explicit Lexer(const Language& language)
      : language_(language), vocabulary_(vocabulary_of(language)), parts_(name_parts()) {}

  // Before one side of a hunk: decides whether its first line lies inside a comment.
  void begin(std::span<const std::string_view> lines);

  // The line's facts; its tokens are appended to `stream`. Reads the first 1,024 bytes as tokens
  // and the rest as one.
  LineFacts read(std::string_view line, std::vector<std::uint64_t>& stream);

 private:
  struct Reading;
  bool skip_comment(Reading& reading);
  bool opens_comment(Reading& reading);
  void read_word(Reading& reading);
  void read_number(Reading& reading);
  void read_string(Reading& reading);
  void read_sign(Reading& reading);
  void judge_declaration(Reading& reading) const;

  const Language& language_;
  const Vocabulary& vocabulary_;
  const Vocabulary& parts_;
  std::string_view comment_end_;  // not empty: inside a comment that ends so
};

}  // namespace sextant::scoring
