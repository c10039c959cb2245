// Where a phrase stands in a folded text: its words one after the other with blanks between, not
// as a part of longer words.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "leads/keyword.hpp"

namespace sextant::leads {

struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool operator==(const Stretch&) const = default;
};

// The phrase whose word number `word` begins at `at`, where its letters were found.
std::optional<Stretch> phrase_around(std::string_view text, std::span<const Keyword::Word> phrase,
                                     std::size_t word, std::size_t at);

// Its first place.
std::optional<Stretch> find_phrase(std::string_view text, std::span<const Keyword::Word> phrase);

}  // namespace sextant::leads
