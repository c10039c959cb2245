// What a language model is told: how points are given (the rubric's one source), what the
// repository's maintainers say, and the change, which is data between two lines that it cannot
// contain.
#pragma once

#include <string>
#include <string_view>

#include "scoring/change_excerpt.hpp"
#include "scoring/scorer.hpp"

namespace sextant::scoring {

// The first two are the same for every change of a repository, so that a provider may keep them.
struct ModelPrompt {
  std::string instructions;
  std::string guidelines;  // empty: none
  std::string change;
};

// The same inputs make the same prompt, to the byte. `complaint` says, in our words, why the
// answer before was not taken; empty: there was none.
ModelPrompt make_prompt(const ChangeExcerpt& excerpt, const Guidelines* guidelines,
                        std::string_view complaint = {});

// Of the line before the data and the one behind it: hexadecimal, found in none of the texts.
std::string delimiter_for(std::string_view text);

}  // namespace sextant::scoring
