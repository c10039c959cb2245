// The text of a hunk's side as a grammar can read it, in pieces. What was cut off at the ends of a
// piece is mended: brackets that close nothing go, those left open are closed behind the last line,
// an "else" whose "if" lies above stands alone. Every line keeps its row.
//
// Pieces bound what a parser is asked at once: in bytes, so that every machine cuts at the same
// places. Recovering from errors takes it time beyond proportion, and tens of thousands of tokens
// that nest in one another are more than it survives.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "scoring/languages.hpp"

namespace sextant::scoring {

class Fragment {
 public:
  explicit Fragment(const Language& language) : language_(language) {}

  // The piece that begins with this line; returns the line behind it. Empty lines stand for what is
  // not code.
  std::size_t mend(std::span<const std::string_view> lines, std::size_t first);
  const std::string& text() const { return text_; }
  // The piece as the body of a class, where methods are at home; empty in languages where it makes
  // no difference.
  std::string in_class() const;
  static constexpr std::string_view class_name = "sextant_piece";  // nobody's
  // Not where a piece nests so deeply that nobody wrote it, nor where it holds zero bytes: scanners
  // take them for its end, at each anew.
  bool is_readable() const;

 private:
  static constexpr std::size_t depth_max = 200;

  void append(std::string_view line);
  bool is_complete(std::string_view next) const;
  bool close(char bracket, std::string_view behind);
  bool skip_text(std::string_view line, std::size_t& at);
  void mend_clause(std::string_view& line);
  void mend_block(std::string_view next);

  const Language& language_;
  std::string text_;
  std::string open_;              // brackets
  std::string_view inside_;       // not empty: in a comment or string that ends so
  std::size_t indent_ = 0;        // the least so far
  std::size_t colon_ = 0;         // behind the one that ended the line before; 0: none did
  std::size_t colon_indent_ = 0;  // of its line
  std::size_t depth_ = 0;         // the most brackets open at once
};

}  // namespace sextant::scoring
