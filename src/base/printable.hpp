// Other people's text on its way to a terminal or a page.
#pragma once

#include <string>
#include <string_view>

namespace sextant {

// As one line: control characters, and marks that turn the direction of what stands beside them or
// cannot be seen, become blanks; bytes that are no UTF-8 become U+FFFD. Ends with the character
// that reaches `bytes_most`.
std::string printable(std::string_view text, std::size_t bytes_most = std::string_view::npos);

}  // namespace sextant
