// JSON strings in raw bytes, read without parsing what is around them.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "leads/keyword_text.hpp"

namespace sextant::leads {

// Unescapes and folds in one pass, into memory that it keeps for the next text.
class JsonTextReader {
 public:
  enum class Outcome {
    none,      // the value is no string, or does not end
    text,      // text() is it
    doubtful,  // readers may see different texts: an escape that is none, half a character, a NUL,
               // or so long that some cut it
  };
  // The string that is the value of a field; `at` is behind the field's name.
  Outcome read(std::string_view json, std::size_t at);

  // What was read last, folded.
  FoldedView text() const { return {{buffer_.data(), size_}, is_ascii_}; }

 private:
  // A longer text may have been cut by who reads it, in the middle of a word.
  static constexpr std::size_t text_bytes_max = 128 << 10;

  void append_plain(std::string_view json, std::size_t& at);
  void append_others(std::string_view json, std::size_t& at);
  bool append_escape(std::string_view json, std::size_t& at);
  void append(std::string_view folded);

  // What one step may write beyond the longest text, and the padding.
  std::vector<char> buffer_ = std::vector<char>(text_bytes_max + 4 * FoldedView::padding);
  std::size_t size_ = 0;
  bool is_ascii_ = true;
};

}  // namespace sextant::leads
