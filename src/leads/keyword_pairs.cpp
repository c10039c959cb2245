#include "leads/keyword_pairs.hpp"

#include <algorithm>
#include <bit>

#include "leads/keyword_words.hpp"

namespace sextant::leads {
namespace {

bool is_run_of_letters(const Keyword::Word& word) {
  return !word.is_prefix && std::ranges::all_of(word.text, is_scanned_letter);
}

}  // namespace

std::optional<std::size_t> PhrasePairs::place_in(std::span<const Keyword::Word> phrase) {
  std::optional<std::size_t> best;
  std::size_t best_length = 0;
  for (std::size_t second = 1; second < phrase.size(); ++second) {
    if (!is_run_of_letters(phrase[second - 1]) || !is_run_of_letters(phrase[second])) continue;
    const std::size_t length = phrase[second - 1].text.size() + phrase[second].text.size();
    if (length <= best_length) continue;
    best = second;
    best_length = length;
  }
  return best;
}

void PhrasePairs::add(std::span<const Keyword::Word> phrase, std::size_t second,
                      std::uint32_t number) {
  phrases_[pair_of(hash_of_word(phrase[second - 1].text), hash_of_word(phrase[second].text))]
      .push_back(number);
}

void PhrasePairs::finish() {
  filter_.assign(std::bit_ceil(phrases_.size() / 4 + 1), 0);  // 16 bits a pair and more
  for (const auto& [pair, numbers] : phrases_)
    filter_[pair >> 32 & (filter_.size() - 1)] |= bits_of(pair);
}

std::span<const std::uint32_t> PhrasePairs::phrases_of(Pair pair) const {
  const auto found = phrases_.find(pair);
  if (found == phrases_.end()) return {};
  return found->second;
}

}  // namespace sextant::leads
