// The text of a hunk's side as a grammar can read it: what was cut off at its ends is mended.
// Brackets that close nothing go, those left open are closed behind the last line, an "else" whose
// "if" lies above stands alone. Every line keeps its row.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "scoring/languages.hpp"

namespace sextant::scoring {

class Fragment {
 public:
  explicit Fragment(const Language& language) : language_(language) {}

  // Empty lines stand for what is not code. False where the grammar had better not read it: it
  // nests too deeply, or its lines are too long to be somebody's.
  bool mend(std::span<const std::string_view> lines);
  const std::string& text() const { return text_; }

 private:
  bool append(std::string_view line);
  bool close(char bracket, std::string_view behind);
  bool skip_text(std::string_view line, std::size_t& at);
  void mend_clause(std::string_view& line);

  const Language& language_;
  std::string text_;
  std::string open_;         // brackets
  std::string_view inside_;  // not empty: in a comment or string that ends so
  std::size_t indent_ = 0;   // the least so far
};

}  // namespace sextant::scoring
