// The language of keywords: a phrase, or phrases joined by AND, OR, NOT, with filters.
//   looking for a stargazer tracker
//   "exact phrase" AND deploy* -kubernetes repo:acme/sdk -author:jdoe (redis OR valkey)
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace sextant::leads {

struct ScanTargets {
  bool issues = true;
  bool prs = true;
  bool discussions = true;
  bool code = false;
  bool operator==(const ScanTargets&) const = default;
};

// A keyword read and checked: a tree of phrases and filters.
class Keyword {
 public:
  // `invalid` says where, and what would be right. 2 to 200 characters, with a phrase that must be
  // there: what only excludes or only filters would match everything.
  static Result<Keyword> parse(std::string_view text);

  // As it was written, without blanks around it.
  const std::string& text() const { return text_; }

  struct Word {
    std::string text;        // folded, without blanks: may hold punctuation, "c++"
    bool is_prefix = false;  // letters, digits and underscores may follow
    bool operator==(const Word&) const = default;
  };
  struct Node {
    enum class Kind { phrase, all, any, none, repository, organization, author, language };
    Kind kind = Kind::phrase;
    std::vector<Word> words;  // of a phrase
    std::string text;         // of a filter: folded
    std::vector<Node> parts;  // of all, any, none (one part: what must not be)
  };
  const Node& root() const { return root_; }

 private:
  Keyword(std::string text, Node root) : text_(std::move(text)), root_(std::move(root)) {}

  std::string text_;
  Node root_;
};

}  // namespace sextant::leads
