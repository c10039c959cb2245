// Which words a reason means that speaks of words: "Names 3 words of security (auth, salt,
// escape)".
#pragma once

#include <string>
#include <vector>

#include "scoring/effective.hpp"

namespace sextant::scoring {

// The first words of this class, security or performance, that parts of names on the change's added
// program lines are and no removed line of their hunk has; each once, `most` at most.
std::vector<std::string> named_words(const EffectiveChange& change, WordClasses word_class,
                                     std::size_t most);

}  // namespace sextant::scoring
