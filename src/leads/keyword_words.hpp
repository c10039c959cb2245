// Many words, and pairs of words, looked for in one pass over a folded text: each word of the text
// is looked up in one table, so that their number changes little.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "leads/keyword.hpp"
#include "leads/keyword_pairs.hpp"
#include "leads/keyword_text.hpp"

namespace sextant::leads {

// What a word of a folded text is looked up by when it is nothing but ASCII letters, digits and
// underscores.
bool is_scanned_letter(char c);
std::uint64_t hash_of_word(std::string_view word);

class WordScanner {
 public:
  // A word with a letter, a digit or an underscore in it, and the phrases it is looked for.
  struct Wanted {
    Keyword::Word word;
    std::vector<std::uint32_t> phrases;
  };
  explicit WordScanner(std::vector<Wanted> words = {}, PhrasePairs pairs = {});

  struct Hit {
    std::span<const std::uint32_t> phrases;
    std::size_t at = 0;  // of the word, or of the second of the pair
  };
  // Calls found(hit) for every place where a whole word or a pair stands, until it answers false;
  // each one's in ascending order. A few more may be among them: where the word is a part of a
  // longer one, where more than blanks is between the two.
  template <typename Found>
  void scan(const FoldedView& text, Found&& found) const {
    scan_with(text, {[](const Hit& hit, void* context) {
                       return (*static_cast<std::remove_reference_t<Found>*>(context))(hit);
                     },
                     &found});
  }

 private:
  // What is looked up: the rarest run of letters of a word, "node" of "node.js"; or how a run
  // begins, "depl" of "deploy*".
  struct Key {
    std::string text;
    bool is_prefix = false;
    std::uint32_t uses_begin = 0;  // in uses_
    std::uint32_t uses_end = 0;
  };
  struct Use {
    std::uint32_t key = 0;
    std::uint32_t word = 0;
    std::uint16_t offset = 0;  // of the key in the word
    bool is_whole = false;     // the key is all of the word
    // What stands beside the key in the word; NUL where the word ends.
    char before = 0;
    char behind = 0;
  };

  struct Callback {
    bool (*call)(const Hit& hit, void* context);
    void* context;
    bool operator()(const Hit& hit) const { return call(hit, context); }
  };

  void fill_table();
  // Each answers false once `found` did.
  void scan_with(const FoldedView& text, Callback found) const;
  bool scan_ascii(std::string_view text, Callback found) const;
  bool scan_others(std::string_view text, Callback found) const;
  // `hashed` is that of the whole.
  bool look_up(std::string_view text, std::size_t begin, std::size_t end, std::uint64_t hashed,
               Callback found) const;
  bool look_up_key(std::string_view text, std::size_t begin, std::size_t length, bool is_prefix,
                   std::uint64_t hashed, Callback found) const;
  bool look_up_other(std::string_view text, std::size_t begin, std::size_t end,
                     Callback found) const;
  bool tell_pair(PhrasePairs::Pair pair, std::size_t at, Callback found) const;
  bool tell_uses(const Key& key, std::string_view text, std::size_t begin, Callback found) const;

  std::vector<Wanted> words_;
  PhrasePairs pairs_;
  std::vector<Key> keys_;
  std::vector<Use> uses_;              // by key
  std::vector<std::uint64_t> filter_;  // two bits for each hash; mostly it says no
  struct Slot {
    std::uint32_t hash = 0;  // its upper half
    std::uint32_t key = 0;   // 0, or a key's number plus 1
  };
  std::vector<Slot> slots_;  // open addressing
  std::array<bool, 5> prefix_lengths_{};
  bool has_prefixes_ = false;
  bool has_others_ = false;  // keys of letters beyond ASCII
};

}  // namespace sextant::leads
