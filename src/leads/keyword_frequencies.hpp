// How often a word stands in what people write, guessed: of the words of a keyword the rarest is
// looked for, and the others only where it was found.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "leads/keyword.hpp"

namespace sextant::leads {

class WordFrequencies {
 public:
  // What stands in many phrases stands in many texts: add the words of each different phrase.
  void add_phrase(const std::vector<std::string_view>& words);
  // Of no unit; a longer word is a rarer one.
  double of(std::string_view word) const;

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, int, Hash, std::equal_to<>> counts_;
  int phrases_ = 0;
};

// Phrases of which at least one must be there for the keyword to match: those with the least
// frequency in sum.
std::vector<const Keyword::Node*> needed_phrases(
    const Keyword::Node& root, const std::function<double(const Keyword::Node& phrase)>& frequency);

}  // namespace sextant::leads
