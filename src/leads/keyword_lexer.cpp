#include "leads/keyword_lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "leads/keyword_text.hpp"

namespace sextant::leads {
namespace {

using Kind = KeywordToken::Kind;
using Node = Keyword::Node;

constexpr std::size_t prefix_min = 3;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// What the names of accounts and repositories are made of.
bool is_name(std::string_view text, std::string_view also) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || also.contains(c);
  });
}

bool is_repository(std::string_view text) {
  const auto slash = text.find('/');
  return slash != text.npos && is_name(text.substr(0, slash), "") &&
         is_name(text.substr(slash + 1), ".");
}

std::optional<Node::Kind> filter_kind(std::string_view name) {
  if (name == "repo") return Node::Kind::repository;
  if (name == "org") return Node::Kind::organization;
  if (name == "author") return Node::Kind::author;
  if (name == "lang") return Node::Kind::language;
  return std::nullopt;
}

// What is wrong with a filter's value; empty when nothing is.
std::string_view wrong_value(Node::Kind kind, std::string_view value) {
  if (value.empty()) return "a filter takes a value, such as lang:go or repo:owner/name";
  if (kind == Node::Kind::repository && !is_repository(value))
    return "repo: takes owner/name; org: takes all of an owner's repositories";
  if (kind == Node::Kind::organization && !is_name(value, ""))
    return "org: takes the name of an organization or account";
  if (kind == Node::Kind::author && !is_name(value, "[]")) return "author: takes a login";
  return "";
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) utf8::take(text);
  return count;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<KeywordToken>> read() {
    for (at_ = skip_blanks(text_, 0); at_ < text_.size(); at_ = skip_blanks(text_, at_))
      TRY(read_token());
    return std::move(tokens_);
  }

 private:
  Result<void> read_token() {
    switch (text_[at_]) {
      case '(':
        add(Kind::open, at_++);
        return {};
      case ')':
        add(Kind::close, at_++);
        return {};
      case '"':
        return read_quoted();
      case '-':
        return read_minus();
      default:
        return read_word();
    }
  }

  void add(Kind kind, std::size_t at, Node node = {}) {
    tokens_.push_back({.kind = kind, .at = at, .node = std::move(node)});
  }

  Result<void> read_minus() {
    const std::size_t at = at_++;
    if (at_ == text_.size() || skip_blanks(text_, at_) != at_)
      return fail_at(text_, at, "\"-\" stands directly before what it excludes, as in -word");
    if (text_[at_] == '-' || text_[at_] == ')')
      return fail_at(text_, at,
                     "one \"-\" stands before a word, a phrase or a group; to look for "
                     "the characters themselves, put them in double quotes");
    add(Kind::minus, at);
    return {};
  }

  // The text between the quotes, and on to behind them.
  Result<std::string_view> quoted() {
    const std::size_t begin = at_ + 1;
    const std::size_t end = text_.find('"', begin);
    if (end == text_.npos)
      return fail_at(text_, at_, "this quote is not closed; add \" behind the phrase");
    at_ = end + 1;
    return text_.substr(begin, end - begin);
  }

  Result<void> read_quoted() {
    const std::size_t at = at_;
    const std::string_view phrase = TRY(quoted());
    Node node;
    for (std::size_t begin = skip_blanks(phrase, 0); begin < phrase.size();) {
      const std::size_t end = skip_to_blank(phrase, begin);
      node.words.push_back({.text = fold(phrase.substr(begin, end - begin)), .is_prefix = false});
      begin = skip_blanks(phrase, end);
    }
    if (node.words.empty())
      return fail_at(text_, at, "this phrase is empty; write something between the quotes");
    add(Kind::quoted, at, std::move(node));
    return {};
  }

  static std::size_t skip_to_blank(std::string_view text, std::size_t at) {
    while (at < text.size() && skip_blanks(text, at) == at) ++at;
    return at;
  }

  Result<void> read_word() {
    const std::size_t at = at_;
    at_ = std::min(skip_to_blank(text_, at), text_.find_first_of("()\"", at));
    const std::string_view word = text_.substr(at, at_ - at);
    if (word == "AND" || word == "OR" || word == "NOT") {
      add(word == "AND" ? Kind::all : word == "OR" ? Kind::any : Kind::none, at);
      return {};
    }
    const bool is_filter = TRY(read_filter(at, word));
    if (is_filter) return {};

    Keyword::Word bare = TRY(bare_word(at, word));
    Node node;
    node.words.push_back(std::move(bare));
    add(Kind::word, at, std::move(node));
    return {};
  }

  // Whether the word is a filter: name:value, name:"value".
  Result<bool> read_filter(std::size_t at, std::string_view word) {
    const std::size_t colon = word.find(':');
    if (colon == word.npos || !std::ranges::all_of(word.substr(0, colon), is_letter)) return false;
    const auto kind = filter_kind(fold(word.substr(0, colon)));
    const bool is_quoted = colon + 1 == word.size() && at_ < text_.size() && text_[at_] == '"';
    std::string_view value = word.substr(colon + 1);
    if (!kind) {
      // A colon at a word's end, https://, std::string: text as any other.
      if (colon == 0 || (value.empty() && !is_quoted) || value.starts_with(':') ||
          value.starts_with('/'))
        return false;
      return fail_at(text_, at,
                     "unknown filter; there are repo:, org:, author: and lang:. To look "
                     "for the text itself, put it in double quotes");
    }
    if (is_quoted) value = TRY(quoted());
    if (const auto wrong = wrong_value(*kind, value); !wrong.empty())
      return fail_at(text_, at, wrong);
    Node node;
    node.kind = *kind;
    node.text = fold(value);
    add(Kind::filter, at, std::move(node));
    return true;
  }

  Result<Keyword::Word> bare_word(std::size_t at, std::string_view word) {
    const std::size_t star = word.find('*');
    if (star == word.npos) return Keyword::Word{.text = fold(word), .is_prefix = false};
    const std::string_view prefix = word.substr(0, star);
    if (star + 1 < word.size() || !is_word_before(prefix, star))
      return fail_at(text_, at + star,
                     "\"*\" stands at the end of a word, as in deploy*; to look "
                     "for the character itself, use double quotes");
    if (count_characters(prefix) < prefix_min)
      return fail_at(text_, at + star, "\"*\" needs at least 3 characters before it");
    return Keyword::Word{.text = fold(prefix), .is_prefix = true};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<KeywordToken> tokens_;
};

}  // namespace

std::unexpected<Error> fail_at(std::string_view text, std::size_t at, std::string_view message) {
  return fail(ErrorKind::invalid,
              fmt::format("character {}: {}", count_characters(text.substr(0, at)) + 1, message));
}

Result<std::vector<KeywordToken>> read_tokens(std::string_view text) {
  return Lexer(text).read();
}

}  // namespace sextant::leads
