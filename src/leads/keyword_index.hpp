// All keywords taken apart: the words one scan looks for, the phrases around them, and the keywords
// that ask for those.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "leads/keyword_matcher.hpp"
#include "leads/keyword_words.hpp"

namespace sextant::leads {

// A phrase of any number of keywords.
struct IndexedPhrase {
  std::vector<Keyword::Word> words;
  // Whether the scan finds it; else it is searched when a keyword asks.
  bool is_scanned = false;
  std::size_t scanned_word = 0;
  std::vector<std::uint32_t> keywords;  // that may match when it is there
};

// A keyword's tree, its phrases by number.
struct IndexedTerm {
  Keyword::Node::Kind kind = Keyword::Node::Kind::phrase;
  std::uint32_t phrase = 0;
  std::string text;
  std::vector<IndexedTerm> parts;
};

struct IndexedKeyword {
  std::int64_t organization = 0;
  std::int64_t id = 0;
  ScanTargets targets;
  IndexedTerm root;
};

struct KeywordIndex {
  WordScanner scanner;
  std::vector<IndexedPhrase> phrases;
  std::vector<IndexedKeyword> keywords;  // in the order they came

  static KeywordIndex build(const std::vector<WatchedKeyword>& keywords);
};

}  // namespace sextant::leads
