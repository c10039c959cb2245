// A line of text around what a keyword found.
#pragma once

#include <string>
#include <string_view>

namespace sextant::leads {

// About 160 characters with text[begin, end) amid them: one line of whole words, with an ellipsis
// where more was left out. Valid UTF-8 whatever the text; offsets may lie anywhere.
std::string make_snippet(std::string_view text, std::size_t begin, std::size_t end);

}  // namespace sextant::leads
