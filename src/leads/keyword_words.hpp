// Many words looked for in one pass over a folded text: each word of the text is looked up in one
// table, so that their number changes little.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leads/keyword.hpp"
#include "leads/keyword_text.hpp"

namespace sextant::leads {

class WordScanner {
 public:
  // Each word once, each with a letter, a digit or an underscore in it; a word's place in the list
  // is its number.
  explicit WordScanner(std::span<const Keyword::Word> words = {});

  struct Hit {
    std::uint32_t word = 0;
    std::size_t at = 0;
    auto operator<=>(const Hit&) const = default;
  };
  // Every place where a whole word stands; by word, then by place. A few more may be among them,
  // where it is the beginning or the end of a longer one.
  std::vector<Hit> scan(const FoldedText& text) const;

 private:
  // What is looked up: the rarest run of letters of a word, "node" of "node.js"; or how a run
  // begins, "depl" of "deploy*".
  struct Key {
    std::string text;
    bool is_prefix = false;
    struct Use {
      std::uint32_t word = 0;
      std::uint16_t offset = 0;  // of the key in the word
      // What stands beside the key in the word; NUL where the word ends.
      char before = 0;
      char behind = 0;
    };
    std::vector<Use> uses;
  };

  void fill_table();
  void look_up(std::string_view text, std::size_t begin, std::size_t end,
               std::vector<Hit>& hits) const;
  void look_up_key(std::string_view text, std::size_t begin, std::size_t length, bool is_prefix,
                   std::vector<Hit>& hits) const;
  void add_uses(const Key& key, std::string_view text, std::size_t begin,
                std::vector<Hit>& hits) const;
  void scan_ascii(const FoldedText& text, std::vector<Hit>& hits) const;
  void scan_others(std::string_view text, std::vector<Hit>& hits) const;

  std::vector<std::string> words_;
  std::vector<Key> keys_;
  std::vector<std::uint64_t> filter_;  // one bit for each hash; mostly it says no
  struct Slot {
    std::uint32_t hash = 0;  // its upper half
    std::uint32_t key = 0;   // 0, or a key's number plus 1
  };
  std::vector<Slot> slots_;          // open addressing
  std::size_t shortest_ = SIZE_MAX;  // key that is no prefix
  std::array<bool, 5> prefix_lengths_{};
  bool has_prefixes_ = false;
  bool has_others_ = false;  // keys of letters beyond ASCII
};

}  // namespace sextant::leads
