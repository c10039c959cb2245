// The pieces a keyword is written with. The parser puts them together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "leads/keyword.hpp"

namespace sextant::leads {

struct KeywordToken {
  enum class Kind { word, quoted, filter, all, any, none, minus, open, close };
  Kind kind = Kind::word;
  std::size_t at = 0;  // byte where it begins
  Keyword::Node node;  // of word, quoted, filter
};

// `invalid`, about the character that begins at byte `at` of a keyword.
std::unexpected<Error> fail_at(std::string_view text, std::size_t at, std::string_view message);

Result<std::vector<KeywordToken>> read_tokens(std::string_view text);

}  // namespace sextant::leads
