#include "leads/keyword.hpp"

#include <algorithm>
#include <span>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "leads/keyword_lexer.hpp"
#include "leads/keyword_text.hpp"

namespace sextant::leads {
namespace {

using Token = KeywordToken;
using Node = Keyword::Node;

constexpr std::size_t characters_min = 2;
constexpr std::size_t characters_max = 200;
constexpr int depth_max = 20;

bool has_word_character(const Node& phrase) {
  return std::ranges::any_of(phrase.words, [](const Keyword::Word& word) {
    for (std::size_t at = 0; at < word.text.size(); ++at)
      if (is_word_at(word.text, at)) return true;
    return false;
  });
}

// any  := all { OR all }
// all  := term { [AND] term }
// term := NOT term | "-" single | single, or bare words in a row: one phrase
// single := ( any ) | "phrase" | word | filter
class Parser {
 public:
  Parser(std::string_view text, std::span<const Token> tokens) : text_(text), tokens_(tokens) {}

  Result<Node> parse() {
    Node root = TRY(any());
    if (const Token* token = peek())  // any() leaves nothing else
      return fail_at(text_, token->at,
                     "this parenthesis closes none; remove it, or quote the phrase it stands in");
    return root;
  }

 private:
  const Token* peek() const { return at_ < tokens_.size() ? &tokens_[at_] : nullptr; }
  bool next_is(Token::Kind kind) const { return peek() && peek()->kind == kind; }
  const Token& take() { return tokens_[at_++]; }

  Result<Node> any() {
    Node node{.kind = Node::Kind::any, .words = {}, .text = {}, .parts = {}};
    do {
      if (!node.parts.empty()) take();
      Node part = TRY(all());
      node.parts.push_back(std::move(part));
    } while (next_is(Token::Kind::any));
    return unwrapped(std::move(node));
  }

  Result<Node> all() {
    Node node{.kind = Node::Kind::all, .words = {}, .text = {}, .parts = {}};
    do {
      if (next_is(Token::Kind::all) && !node.parts.empty()) take();
      Node part = TRY(term());
      node.parts.push_back(std::move(part));
    } while (peek() && !next_is(Token::Kind::any) && !next_is(Token::Kind::close));
    return unwrapped(std::move(node));
  }

  static Node unwrapped(Node node) {
    if (node.parts.size() > 1) return node;
    Node only = std::move(node.parts.front());
    return only;
  }

  Result<Node> term() {
    if (next_is(Token::Kind::none)) {
      take();
      Node part = TRY(deeper(&Parser::term));
      return excluded(std::move(part));
    }
    if (next_is(Token::Kind::minus)) {
      take();
      Node part = TRY(single());
      return excluded(std::move(part));
    }
    if (!next_is(Token::Kind::word)) return single();
    const std::size_t at = peek()->at;
    Node node;
    while (next_is(Token::Kind::word)) node.words.push_back(take().node.words.front());
    return with_word_character(std::move(node), at);
  }

  Result<Node> with_word_character(Node node, std::size_t at) {
    if (node.kind != Node::Kind::phrase || has_word_character(node)) return node;
    return fail_at(text_, at, "this has neither a letter nor a digit; add a word to it");
  }

  static Node excluded(Node part) {
    Node node{.kind = Node::Kind::none, .words = {}, .text = {}, .parts = {}};
    node.parts.push_back(std::move(part));
    return node;
  }

  Result<Node> single() {
    const Token* token = peek();
    if (!token) return fail_at(text_, last_at(), dangling);
    switch (token->kind) {
      case Token::Kind::word:
      case Token::Kind::quoted:
      case Token::Kind::filter:
        return with_word_character(take().node, token->at);
      case Token::Kind::open:
        return group();
      case Token::Kind::close:
        if (at_ > 0 && tokens_[at_ - 1].kind == Token::Kind::open)
          return fail_at(text_, token->at, "there is nothing between these parentheses");
        if (at_ > 0) return fail_at(text_, last_at(), dangling);
        return fail_at(text_, token->at, "this parenthesis closes none");
      default:
        return fail_at(text_, token->at, dangling);
    }
  }

  std::size_t last_at() const { return at_ == 0 ? 0 : tokens_[at_ - 1].at; }

  Result<Node> group() {
    const std::size_t open = take().at;
    Node node = TRY(deeper(&Parser::any));
    if (!next_is(Token::Kind::close))
      return fail_at(text_, open, "this parenthesis is not closed; add ) behind the group");
    take();
    return node;
  }

  Result<Node> deeper(Result<Node> (Parser::*rule)()) {
    if (depth_ == depth_max)
      return fail_at(text_, last_at(), "this is nested too deeply; 20 levels are the most");
    ++depth_;
    Node node = TRY((this->*rule)());
    --depth_;
    return node;
  }

  static constexpr std::string_view dangling =
      "an operator stands between two phrases (NOT before one); to look for AND, OR or NOT "
      "themselves, put them in double quotes";

  std::string_view text_;
  std::span<const Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

bool demands_phrase(const Node& node) {
  switch (node.kind) {
    case Node::Kind::phrase:
      return true;
    case Node::Kind::all:
      return std::ranges::any_of(node.parts, demands_phrase);
    case Node::Kind::any:
      return std::ranges::all_of(node.parts, demands_phrase);
    default:
      return false;
  }
}

bool has(const Node& node, Node::Kind kind) {
  return node.kind == kind ||
         std::ranges::any_of(node.parts, [&](const Node& part) { return has(part, kind); });
}

// Whether a side of some OR would hold for nearly everything, while another demands a phrase.
bool has_open_side(const Node& node) {
  if (node.kind == Node::Kind::none) return false;
  return (node.kind == Node::Kind::any && !demands_phrase(node) &&
          std::ranges::any_of(node.parts, demands_phrase)) ||
         std::ranges::any_of(node.parts, has_open_side);
}

Result<void> check_demand(const Node& root) {
  if (demands_phrase(root)) return {};
  if (has_open_side(root))
    return fail(ErrorKind::invalid,
                "each side of OR needs a phrase that must be there, beside filters and exclusions");
  if (has(root, Node::Kind::none) && has(root, Node::Kind::phrase))
    return fail(ErrorKind::invalid,
                "this only excludes, so it would match nearly everything; add a phrase that must "
                "be there");
  return fail(ErrorKind::invalid, "this only filters; add a phrase to look for");
}

}  // namespace

Result<Keyword> Keyword::parse(std::string_view text) {
  if (valid_utf8(text) != text) return fail(ErrorKind::invalid, "a keyword is UTF-8 text");
  std::size_t characters = 0;
  const std::string_view written = without_blanks_around(text);
  for (std::string_view rest = written; !rest.empty(); ++characters) utf8::take(rest);
  if (characters < characters_min || characters > characters_max)
    return fail(ErrorKind::invalid, "a keyword has 2 to 200 characters");

  const std::vector<Token> tokens = TRY(read_tokens(text));
  Node root = TRY(Parser(text, tokens).parse());
  TRY(check_demand(root));
  return Keyword(std::string(written), std::move(root));
}

}  // namespace sextant::leads
