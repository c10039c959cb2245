#include "leads/keyword_words.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.hpp"
#include "leads/keyword_frequencies.hpp"

namespace sextant::leads {
namespace {

constexpr std::size_t prefix_max = 4;  // bytes of a beginning that are looked up

// Of folded text.
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// Which of 64 bytes are letters.
std::uint64_t letter_bits(const char* bytes) {
  std::uint64_t bits = 0;
#ifdef __SSE2__
  const auto within = [](__m128i value, char first, char last) {
    const __m128i above = _mm_sub_epi8(value, _mm_set1_epi8(first));
    const __m128i width = _mm_set1_epi8(static_cast<char>(last - first));
    return _mm_cmpeq_epi8(_mm_min_epu8(above, width), above);
  };
  for (unsigned i = 0; i < 64; i += 16) {
    const __m128i value = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
    const __m128i either = _mm_or_si128(within(value, '0', '9'), within(value, 'a', 'z'));
    const __m128i found = _mm_or_si128(either, _mm_cmpeq_epi8(value, _mm_set1_epi8('_')));
    bits |= std::uint64_t{static_cast<unsigned>(_mm_movemask_epi8(found))} << i;
  }
#else
  for (unsigned i = 0; i < 64; ++i) bits |= std::uint64_t{is_letter(bytes[i])} << i;
#endif
  return bits;
}

std::uint64_t load(const char* bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

// Of the first and the last eight bytes, and the length. Reads eight bytes from `bytes` on.
std::uint64_t hash(const char* bytes, std::size_t length, bool is_prefix) {
  const std::size_t part = std::min<std::size_t>(length, 8);
  const unsigned unused = 64 - 8 * static_cast<unsigned>(part);
  const std::uint64_t mask = ~std::uint64_t{0} >> unused;
  const std::uint64_t first = load(bytes) & mask;
  const std::uint64_t last = load(bytes + length - part) & mask;
  std::uint64_t mixed = (first ^ std::rotl(last, 29)) * 0x9E3779B97F4A7C15u +
                        (length * 2 + (is_prefix ? 1 : 0)) * 0xC2B2AE3D27D4EB4Fu;
  mixed = (mixed ^ mixed >> 32) * 0xD6E8FEB86659FD93u;
  return mixed ^ mixed >> 32;
}

std::uint64_t filter_bits(std::uint64_t hashed) {
  return std::uint64_t{1} << hashed % 64 | std::uint64_t{1} << (hashed >> 58);
}

struct Run {
  std::size_t begin = 0;
  std::size_t length = 0;
};

// Runs of ASCII letters, and runs of other letters.
std::vector<Run> runs_of(std::string_view word) {
  std::vector<Run> runs;
  int last_kind = 0;
  for (std::string_view rest = word; !rest.empty();) {
    const std::size_t at = word.size() - rest.size();
    const char32_t c = utf8::take(rest);
    const int kind = !is_word_character(c) ? 0 : c < 0x80 ? 1 : 2;
    if (kind != 0 && kind != last_kind) runs.push_back({at, 0});
    if (kind != 0) runs.back().length = word.size() - rest.size() - runs.back().begin;
    last_kind = kind;
  }
  return runs;
}

}  // namespace

bool is_scanned_letter(char c) {
  return is_letter(c);
}

std::uint64_t hash_of_word(std::string_view word) {
  const std::string padded = std::string(word) + std::string(8, '\0');
  return hash(padded.data(), word.size(), false);
}

WordScanner::WordScanner(std::vector<Wanted> words, PhrasePairs pairs)
    : words_(std::move(words)), pairs_(std::move(pairs)) {
  WordFrequencies frequencies;
  for (const auto& [word, phrases] : words_) {
    std::vector<std::string_view> texts;
    for (const Run run : runs_of(word.text))
      texts.push_back(std::string_view(word.text).substr(run.begin, run.length));
    frequencies.add_phrase(texts);
  }
  std::map<std::pair<std::string, bool>, std::uint32_t> known;
  for (std::uint32_t number = 0; number < words_.size(); ++number) {
    const Keyword::Word& word = words_[number].word;
    const std::vector<Run> runs = runs_of(word.text);
    const Run run = *std::ranges::min_element(runs, {}, [&](const Run& one) {
      return frequencies.of(std::string_view(word.text).substr(one.begin, one.length));
    });
    const bool is_prefix = word.is_prefix && run.begin + run.length == word.text.size();
    const std::string text =
        word.text.substr(run.begin, is_prefix ? std::min(run.length, prefix_max) : run.length);
    const auto [key, is_new] =
        known.try_emplace({text, is_prefix}, static_cast<std::uint32_t>(keys_.size()));
    if (is_new) keys_.push_back({.text = text, .is_prefix = is_prefix});
    const std::size_t end = run.begin + text.size();
    uses_.push_back({.key = key->second,
                     .word = number,
                     .offset = static_cast<std::uint16_t>(run.begin),
                     .is_whole = text.size() == word.text.size(),
                     .before = run.begin == 0 ? '\0' : word.text[run.begin - 1],
                     .behind = end == word.text.size() ? '\0' : word.text[end]});
  }
  std::ranges::stable_sort(uses_, {}, &Use::key);
  for (std::uint32_t use = 0; use < uses_.size(); ++use) {
    Key& key = keys_[uses_[use].key];
    if (key.uses_end == 0) key.uses_begin = use;
    key.uses_end = use + 1;
  }
  fill_table();
}

void WordScanner::fill_table() {
  const std::size_t slots = std::bit_ceil(keys_.size() * 2 + 1);
  slots_.assign(slots, {});
  filter_.assign(std::max<std::size_t>(slots / 4, 64), 0);  // 16 bits a slot
  for (std::uint32_t number = 0; number < keys_.size(); ++number) {
    const Key& key = keys_[number];
    if (key.is_prefix) {
      prefix_lengths_[key.text.size()] = true;
      has_prefixes_ = true;
    }
    if (!is_letter(key.text.front())) has_others_ = true;
    const std::string padded = key.text + std::string(8, '\0');
    const std::uint64_t hashed = hash(padded.data(), key.text.size(), key.is_prefix);
    filter_[(hashed / 64) % filter_.size()] |= filter_bits(hashed);
    std::size_t slot = hashed >> 24;
    while (slots_[slot & (slots - 1)].key != 0) ++slot;
    slots_[slot & (slots - 1)] = {static_cast<std::uint32_t>(hashed >> 32), number + 1};
  }
}

void WordScanner::scan_with(const FoldedView& text, Callback found) const {
  if ((keys_.empty() && pairs_.is_empty()) || !scan_ascii(text.text, found)) return;
  if (has_others_ && !text.is_ascii) scan_others(text.text, found);
}

bool WordScanner::scan_ascii(std::string_view text, Callback found) const {
  std::size_t begin = 0;
  std::uint64_t last_hash = 0;
  std::uint64_t was_inside = 0;
  // The padding of a folded text ends its last word.
  for (std::size_t block = 0; block <= text.size(); block += 64) {
    const std::uint64_t inside = letter_bits(text.data() + block);
    const std::uint64_t before = inside << 1 | was_inside;
    std::uint64_t begins = inside & ~before;
    for (std::uint64_t ends = before & ~inside; ends != 0; ends &= ends - 1) {
      if (was_inside == 0) {
        begin = block + static_cast<std::size_t>(std::countr_zero(begins));
        begins &= begins - 1;
      }
      was_inside = 0;  // what went on from the block before has ended
      const std::size_t end = block + static_cast<std::size_t>(std::countr_zero(ends));
      const std::uint64_t hashed = hash(text.data() + begin, end - begin, false);
      const PhrasePairs::Pair pair = PhrasePairs::pair_of(last_hash, hashed);
      last_hash = hashed;
      if (pairs_.may_hold(pair) && !tell_pair(pair, begin, found)) return false;
      if (!look_up(text, begin, end, hashed, found)) return false;
    }
    if (begins != 0) begin = block + static_cast<std::size_t>(std::countr_zero(begins));
    was_inside = inside >> 63;
  }
  return true;
}

bool WordScanner::scan_others(std::string_view text, Callback found) const {
  bool is_inside = false;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::string_view rest = text.substr(at);
    const char32_t c = static_cast<unsigned char>(text[at]) < 0x80 ? 0 : utf8::take(rest);
    const bool belongs = c != 0 && is_word_character(c);
    if (belongs && !is_inside) begin = at;
    if (!belongs && is_inside && !look_up_other(text, begin, at, found)) return false;
    is_inside = belongs;
    at = c == 0 ? at + 1 : text.size() - rest.size();
  }
  return !is_inside || look_up_other(text, begin, text.size(), found);
}

bool WordScanner::look_up_other(std::string_view text, std::size_t begin, std::size_t end,
                                Callback found) const {
  return look_up(text, begin, end, hash(text.data() + begin, end - begin, false), found);
}

bool WordScanner::tell_pair(PhrasePairs::Pair pair, std::size_t at, Callback found) const {
  const auto phrases = pairs_.phrases_of(pair);
  return phrases.empty() || found({phrases, at});
}

inline bool WordScanner::look_up(std::string_view text, std::size_t begin, std::size_t end,
                                 std::uint64_t hashed, Callback found) const {
  const std::size_t length = end - begin;
  if (!look_up_key(text, begin, length, false, hashed, found)) return false;
  if (!has_prefixes_) return true;
  for (std::size_t prefix = 1; prefix <= std::min(length, prefix_max); ++prefix)
    if (prefix_lengths_[prefix] &&
        !look_up_key(text, begin, prefix, true, hash(text.data() + begin, prefix, true), found))
      return false;
  return true;
}

inline bool WordScanner::look_up_key(std::string_view text, std::size_t begin, std::size_t length,
                                     bool is_prefix, std::uint64_t hashed, Callback found) const {
  const std::uint64_t bits = filter_bits(hashed);
  if ((filter_[(hashed / 64) & (filter_.size() - 1)] & bits) != bits) return true;
  for (std::size_t slot = hashed >> 24;; ++slot) {
    const Slot& held = slots_[slot & (slots_.size() - 1)];
    if (held.key == 0) return true;
    if (held.hash != hashed >> 32) continue;
    const Key& key = keys_[held.key - 1];
    if (key.is_prefix != is_prefix || key.text != text.substr(begin, length)) continue;
    return tell_uses(key, text, begin, found);
  }
}

bool WordScanner::tell_uses(const Key& key, std::string_view text, std::size_t begin,
                            Callback found) const {
  const char before = begin == 0 ? '\0' : text[begin - 1];
  const char behind = text.data()[begin + key.text.size()];  // padding at the end
  for (std::uint32_t number = key.uses_begin; number < key.uses_end; ++number) {
    const Use& use = uses_[number];
    if ((use.before != '\0' && use.before != before) ||
        (use.behind != '\0' && use.behind != behind) || begin < use.offset)
      continue;
    if (!use.is_whole && !text.substr(begin - use.offset).starts_with(words_[use.word].word.text))
      continue;
    if (!found({words_[use.word].phrases, begin - use.offset})) return false;
  }
  return true;
}

}  // namespace sextant::leads
