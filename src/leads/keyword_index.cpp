#include "leads/keyword_index.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <string_view>
#include <unordered_map>

#include "base/utf8.hpp"
#include "leads/keyword_frequencies.hpp"
#include "leads/keyword_text.hpp"

namespace sextant::leads {
namespace {

using Node = Keyword::Node;

// A word of a phrase may be nothing but punctuation: "#".
bool can_be_looked_for(std::string_view word) {
  while (!word.empty())
    if (is_word_character(utf8::take(word))) return true;
  return false;
}

// Numbers the phrases of all keywords, equal ones once, and chooses what the scan looks for.
class Builder {
 public:
  explicit Builder(KeywordIndex& index) : index_(index) {}

  void add(const std::vector<WatchedKeyword>& keywords) {
    for (const WatchedKeyword& watched : keywords)
      index_.keywords.push_back({.organization = watched.organization,
                                 .id = watched.id,
                                 .targets = watched.targets,
                                 .root = term(watched.keyword.root())});
    for (const IndexedPhrase& phrase : index_.phrases) {
      std::vector<std::string_view> words;
      for (const Keyword::Word& word : phrase.words) words.push_back(word.text);
      frequencies_.add_phrase(words);
    }
    for (std::uint32_t i = 0; i < keywords.size(); ++i) scan_for(keywords[i], i);
    pairs_.finish();
    index_.scanner = WordScanner(std::move(scanned_), std::move(pairs_));
  }

 private:
  IndexedTerm term(const Node& node) {
    IndexedTerm term{.kind = node.kind, .phrase = 0, .text = node.text, .parts = {}};
    if (node.kind == Node::Kind::phrase) term.phrase = number_of(node);
    for (const Node& part : node.parts) term.parts.push_back(this->term(part));
    return term;
  }

  static std::string key_of(const Node& phrase) {
    std::string key;
    for (const Keyword::Word& word : phrase.words) {
      key += word.text;
      key += word.is_prefix ? '\t' : ' ';
    }
    return key;
  }

  std::uint32_t number_of(const Node& phrase) {
    const auto next = static_cast<std::uint32_t>(index_.phrases.size());
    const auto [known, is_new] = phrase_numbers_.try_emplace(key_of(phrase), next);
    if (is_new) index_.phrases.emplace_back().words = phrase.words;
    return known->second;
  }

  std::size_t rarest_word(const std::vector<Keyword::Word>& words) const {
    const auto frequency = [&](const Keyword::Word& word) {
      return can_be_looked_for(word.text) ? frequencies_.of(word.text)
                                          : std::numeric_limits<double>::infinity();
    };
    return static_cast<std::size_t>(std::ranges::min_element(words, {}, frequency) - words.begin());
  }

  void scan_for(const WatchedKeyword& watched, std::uint32_t entry) {
    const ScanTargets& targets = watched.targets;
    if (!targets.issues && !targets.prs && !targets.discussions) return;
    const auto frequency = [&](const Node& phrase) {
      return frequencies_.of(phrase.words[rarest_word(phrase.words)].text);
    };
    for (const Node* needed : needed_phrases(watched.keyword.root(), frequency)) {
      const std::uint32_t number = number_of(*needed);
      IndexedPhrase& phrase = index_.phrases[number];
      phrase.keywords.push_back(entry);
      if (phrase.is_scanned) continue;
      phrase.is_scanned = true;
      look_for(phrase, number);
    }
  }

  void look_for(IndexedPhrase& phrase, std::uint32_t number) {
    if (const auto second = PhrasePairs::place_in(phrase.words)) {
      phrase.scanned_word = *second;
      pairs_.add(phrase.words, *second, number);
      return;
    }
    phrase.scanned_word = rarest_word(phrase.words);
    const Keyword::Word& word = phrase.words[phrase.scanned_word];
    const auto [known, is_new] =
        scanned_numbers_.try_emplace(std::pair(word.text, word.is_prefix), scanned_.size());
    if (is_new) scanned_.push_back({word, {}});
    scanned_[known->second].phrases.push_back(number);
  }

  KeywordIndex& index_;
  std::unordered_map<std::string, std::uint32_t> phrase_numbers_;
  std::map<std::pair<std::string, bool>, std::size_t> scanned_numbers_;
  std::vector<WordScanner::Wanted> scanned_;
  PhrasePairs pairs_;
  WordFrequencies frequencies_;
};

}  // namespace

KeywordIndex KeywordIndex::build(const std::vector<WatchedKeyword>& keywords) {
  KeywordIndex index;
  Builder(index).add(keywords);
  return index;
}

}  // namespace sextant::leads
