// Phrases found by two words that stand side by side. Many phrases share each of their words with
// others, and a text is full of such words; the two together are rare.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "leads/keyword.hpp"

namespace sextant::leads {

class PhrasePairs {
 public:
  // Of two words that are nothing but ASCII letters; other pairs may share it.
  using Pair = std::uint64_t;
  static Pair pair_of(std::uint64_t first_hash, std::uint64_t second_hash) {
    return first_hash * 0x9E3779B97F4A7C15u + second_hash;
  }

  // The place of the second word of the pair to look for, the longest; none where no two words
  // of the phrase can be looked for so.
  static std::optional<std::size_t> place_in(std::span<const Keyword::Word> phrase);

  void add(std::span<const Keyword::Word> phrase, std::size_t second, std::uint32_t number);
  void finish();  // after the last

  bool is_empty() const { return phrases_.empty(); }
  // Mostly it says no.
  bool may_hold(Pair pair) const {
    return (filter_[pair >> 32 & (filter_.size() - 1)] & bits_of(pair)) == bits_of(pair);
  }
  std::span<const std::uint32_t> phrases_of(Pair pair) const;

 private:
  static std::uint64_t bits_of(Pair pair) {
    return std::uint64_t{1} << (pair >> 58) | std::uint64_t{1} << (pair >> 52 & 63);
  }

  std::unordered_map<Pair, std::vector<std::uint32_t>> phrases_;
  std::vector<std::uint64_t> filter_{0};
};

}  // namespace sextant::leads
