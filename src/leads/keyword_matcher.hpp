// All keywords of all accounts against a text, in one pass: the cost does not grow with their
// number.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "forge/event.hpp"
#include "leads/keyword.hpp"
#include "leads/keyword_text.hpp"

namespace sextant::leads {

struct KeywordIndex;

// A keyword as it is matched: whose, and what it asks.
struct WatchedKeyword {
  std::int64_t organization = 0;
  std::int64_t id = 0;
  Keyword keyword;
  ScanTargets targets;
};

struct KeywordMatch {
  std::int64_t organization = 0;
  std::int64_t keyword = 0;
  // Where the first of the keyword's phrases was found, for the snippet: in the title or the body,
  // as it came.
  bool is_in_title = false;
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Compiled once, never changed; any number of threads may ask. A new set is built beside it.
class KeywordMatcher {
 public:
  static Result<std::shared_ptr<const KeywordMatcher>> compile(
      std::vector<WatchedKeyword> keywords);
  ~KeywordMatcher();

  // Every keyword whose targets, filters and words the event meets, by organisation and id. A
  // phrase stands in the title or in the body; the keyword as a whole speaks of both. Events of
  // kinds that write no text match none. Whose event it is, is for the caller to ask.
  std::vector<KeywordMatch> match(const forge::Event& event) const;

  // Whether a title or body alone holds a phrase without which no keyword matches here: false is
  // sure.
  bool may_match(std::string_view text) const;
  bool may_match(const FoldedView& text) const;

 private:
  explicit KeywordMatcher(std::unique_ptr<const KeywordIndex> index);
  std::unique_ptr<const KeywordIndex> index_;
};

}  // namespace sextant::leads
