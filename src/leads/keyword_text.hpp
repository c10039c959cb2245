// Text as keywords look at it: folded, cut into words, with the way back to the text as it came.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sextant::leads {

// A letter, a digit or an underscore, of any script; also the marks that stand on letters.
bool is_word_character(char32_t character);
// What separates words wherever it stands: blanks, line ends, the no-break space.
bool is_blank(char32_t character);

// Of valid UTF-8: whether the character that begins at (ends before) `at` belongs to a word.
bool is_word_at(std::string_view text, std::size_t at);
bool is_word_before(std::string_view text, std::size_t at);
// The first position from `at` on that is no blank (no word character).
std::size_t skip_blanks(std::string_view text, std::size_t at);
std::size_t skip_word(std::string_view text, std::size_t at);
// The same towards the front: where the blanks (word characters) that end before `at` begin.
std::size_t back_over_blanks(std::string_view text, std::size_t at);
std::size_t back_over_word(std::string_view text, std::size_t at);
std::string_view without_blanks_around(std::string_view text);

// A folded text in somebody's memory.
struct FoldedView {
  // So many bytes of NUL stand behind the text, for who reads it in larger pieces.
  static constexpr std::size_t padding = 64;

  std::string_view text;
  bool is_ascii = true;
};

// Keeps a view of the text it was made from.
class FoldedText {
 public:
  explicit FoldedText(std::string_view text);
  std::string_view text() const { return std::string_view(folded_).substr(0, size_); }
  FoldedView view() const { return {text(), is_ascii_}; }
  // Where the character that stands at `at` of text() stands in the text as it came.
  std::size_t origin(std::size_t at) const;

 private:
  std::string_view original_;
  std::string folded_;
  std::size_t size_ = 0;
  bool is_ascii_ = true;
};

}  // namespace sextant::leads
