// What the lines of a hunk say of the place where they begin: within a comment, a text or code.
#pragma once

#include <span>
#include <string_view>

#include "scoring/languages.hpp"

namespace sextant::scoring {

// At most one of them is not empty.
struct HunkTop {
  std::string_view comment_end = {};  // inside a comment that ends so
  std::string_view text_end = {};     // inside a text over several lines that ends so
};
HunkTop read_top(const Language& language, std::span<const std::string_view> lines);

// The lines read like prose or hold a docstring's markup: where read_top found nothing, they may
// lie inside a comment all the same.
bool may_be_comment(const Language& language, std::span<const std::string_view> lines);

// The three quotes at the beginning, perhaps behind a prefix such as "r"; empty: there are none.
std::string_view triple_quote_at(std::string_view rest);

}  // namespace sextant::scoring
