// Generated keywords on generated texts: the matcher answers as a plain reading of the language
// does, and the prescan misses no line that it would accept.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "leads/keyword_matcher.hpp"
#include "leads/keyword_prescan.hpp"
#include "leads/keyword_text.hpp"

namespace sextant::leads {
namespace {

using Node = Keyword::Node;

// The language read plainly, one character after the other.
class PlainText {
 public:
  explicit PlainText(std::string_view text) {
    for (std::string_view rest = text; !rest.empty();) {
      offsets_.push_back(text.size() - rest.size());
      std::string letter;
      utf8::append(letter, utf8::take(rest));
      const std::string folded = fold(letter);
      std::string_view one = folded;
      letters_ += utf8::take(one);
    }
    offsets_.push_back(text.size());
  }

  std::optional<std::pair<std::size_t, std::size_t>> find(const Node& phrase) const {
    for (std::size_t begin = 0; begin < letters_.size(); ++begin) {
      const auto end = end_of(phrase, 0, begin);
      if (end && !cuts_word(begin) && !cuts_word(*end))
        return std::pair(offsets_[begin], offsets_[*end]);
    }
    return std::nullopt;
  }

 private:
  bool cuts_word(std::size_t at) const {
    return at > 0 && at < letters_.size() && is_word_character(letters_[at - 1]) &&
           is_word_character(letters_[at]);
  }

  std::optional<std::size_t> end_of(const Node& phrase, std::size_t word, std::size_t at) const {
    if (word == phrase.words.size()) return at;
    if (word > 0) {
      const std::size_t blank = at;
      while (at < letters_.size() && is_blank(letters_[at])) ++at;
      if (at == blank) return std::nullopt;
    }
    for (std::string_view rest = phrase.words[word].text; !rest.empty(); ++at)
      if (at == letters_.size() || letters_[at] != utf8::take(rest)) return std::nullopt;
    if (phrase.words[word].is_prefix)
      while (at < letters_.size() && is_word_character(letters_[at])) ++at;
    return end_of(phrase, word + 1, at);
  }

  std::u32string letters_;
  std::vector<std::size_t> offsets_;
};

struct PlainEvent {
  explicit PlainEvent(const forge::Event& event)
      : title(event.title), body(event.body), event(event) {}

  bool holds(const Node& node) const {
    const auto part = [this](const Node& inner) { return holds(inner); };
    const std::string repository = fold(event.repository.full_name);
    switch (node.kind) {
      case Node::Kind::phrase:
        return title.find(node) || body.find(node);
      case Node::Kind::all:
        return std::ranges::all_of(node.parts, part);
      case Node::Kind::any:
        return std::ranges::any_of(node.parts, part);
      case Node::Kind::none:
        return !holds(node.parts.at(0));
      case Node::Kind::repository:
        return repository == node.text;
      case Node::Kind::organization:
        return repository.starts_with(node.text + "/");
      case Node::Kind::author:
        return fold(event.actor.login) == node.text;
      case Node::Kind::language:
        return fold(event.repository.language) == node.text;
    }
    return false;
  }

  // Of what holds: where its first phrase stands, as "title 0 5".
  std::string place(const Node& node) const {
    if (node.kind == Node::Kind::phrase) {
      if (const auto in = title.find(node))
        return fmt::format("title {} {}", in->first, in->second);
      if (const auto in = body.find(node)) return fmt::format("body {} {}", in->first, in->second);
    }
    if (node.kind == Node::Kind::all || node.kind == Node::Kind::any)
      for (const Node& part : node.parts)
        if (const std::string found = holds(part) ? place(part) : ""; !found.empty()) return found;
    return "";
  }

  PlainText title;
  PlainText body;
  const forge::Event& event;
};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }

  template <typename T, std::size_t size>
  const T& one_of(const T (&choices)[size]) {
    return choices[below(static_cast<int>(size))];
  }

  std::string word() {
    static const std::string words[] = {
        "redis",   "Redis", "star", "STAR",  "stars",   "stargazer", "go", "c++",
        "node.js", "café",  "CAFÉ", "поиск", "ПОИСК",   "日本",      "a",  "the",
        "_x",      "a<b",   "x&y",  "it's",  "über",    "ÜBER",      "e",  "for",
        "name",    "#tag",  "q\\n", "n/a",   "cluster", "Ω",         "ω"};
    return one_of(words);
  }

  std::string text() {
    static const std::string between[] = {" ",    " ",  " ",      " ", "\n",     "  ",
                                          "\r\n", "\t", "\u00A0", "",  "-",      ", ",
                                          ". ",   "_",  "\"",     "*", "\u2014", "😀"};
    std::string out = one_of(between);
    for (int left = below(9); left > 0; --left) out += word() + one_of(between);
    return out;
  }

  std::string term(int depth) {
    static const std::string filters[] = {"repo:acme/sdk", "org:ada", "author:jdoe", "lang:go"};
    switch (below(depth > 0 ? 11 : 6)) {
      case 0:
        return "\"" + word() + " " + word() + "\"";
      case 1:
        return word() + "* " + word();
      case 2:
        return word() + " " + word() + "*";
      case 3:
        return (below(2) != 0 ? "-" : "") + one_of(filters);
      case 6:
        return "-" + word();
      case 7:
        return "NOT " + term(depth - 1);
      case 8:
        return "(" + expression(depth - 1) + ")";
      case 9:
        return "-(" + expression(depth - 1) + ")";
      default:
        return word();
    }
  }

  std::string expression(int depth) {
    static const std::string joints[] = {" ", " ", " AND ", " OR ", " OR "};
    std::string out = term(depth);
    for (int left = below(3); left > 0; --left) out += one_of(joints) + term(depth);
    return out;
  }

  Keyword keyword() {
    for (;;)
      if (auto keyword = Keyword::parse(expression(3))) return *keyword;
  }

  forge::Event event() {
    static const std::string repositories[] = {"Acme/SDK", "acme/sdk-js", "ada/engine"};
    static const std::string logins[] = {"JDoe", "ada", "redis"};
    static const std::string languages[] = {"Go", "", "Rust"};
    forge::Event event;
    event.kind = static_cast<forge::EventKind>(below(10));
    event.repository.full_name = one_of(repositories);
    event.repository.language = one_of(languages);
    event.actor.login = one_of(logins);
    event.title = text();
    event.body = text();
    return event;
  }

  std::vector<WatchedKeyword> keywords(int count) {
    std::vector<WatchedKeyword> all;
    for (int i = 0; i < count; ++i) {
      all.push_back({.organization = below(5),
                     .id = i,
                     .keyword = below(4) == 0 && i > 0 ? all.back().keyword : keyword(),
                     .targets = {.issues = below(3) != 0,
                                 .prs = below(3) != 0,
                                 .discussions = below(3) != 0,
                                 .code = true}});
    }
    return all;
  }

  // A JSON string as any writer may write it: `escapes` of a hundred letters are escaped without
  // need.
  std::string json(std::string_view text, int escapes) {
    std::string out = "\"";
    while (!text.empty()) {
      std::string_view before = text;
      const char32_t c = utf8::take(text);
      before.remove_suffix(text.size());
      if (below(100) < escapes || c < 0x20 || c == '"' || c == '\\')
        out += escaped(c);
      else
        out += before;
    }
    return out + "\"";
  }

  void shuffle(std::vector<WatchedKeyword>& keywords) { std::ranges::shuffle(keywords, random_); }

 private:
  std::string escaped(char32_t c) {
    const bool is_upper = below(2) != 0;
    const auto unit = [&](char32_t value) {
      return is_upper ? fmt::format("\\u{:04X}", static_cast<unsigned>(value))
                      : fmt::format("\\u{:04x}", static_cast<unsigned>(value));
    };
    if (c == '\n' && below(2) != 0) return "\\n";
    if (c >= 0x10000) return unit(0xD800 + ((c - 0x10000) >> 10)) + unit(0xDC00 + (c & 0x3FF));
    return unit(c);
  }

  std::mt19937 random_;
};

bool targets_hold(const ScanTargets& targets, forge::EventKind kind) {
  using forge::EventKind;
  if (kind == EventKind::issue || kind == EventKind::issue_comment) return targets.issues;
  if (kind == EventKind::pull_request || kind == EventKind::pull_request_comment)
    return targets.prs;
  if (kind == EventKind::discussion || kind == EventKind::discussion_comment)
    return targets.discussions;
  return false;
}

using Answer = std::map<std::pair<std::int64_t, std::int64_t>, std::string>;

Answer plain_answer(const std::vector<WatchedKeyword>& keywords, const forge::Event& event) {
  const PlainEvent plain(event);
  Answer answer;
  for (const WatchedKeyword& watched : keywords)
    if (targets_hold(watched.targets, event.kind) && plain.holds(watched.keyword.root()))
      answer[{watched.organization, watched.id}] = plain.place(watched.keyword.root());
  return answer;
}

Answer answer_of(const KeywordMatcher& matcher, const forge::Event& event) {
  Answer answer;
  for (const KeywordMatch& match : matcher.match(event))
    answer[{match.organization, match.keyword}] =
        fmt::format("{} {} {}", match.is_in_title ? "title" : "body", match.begin, match.end);
  return answer;
}

std::string explained(const std::vector<WatchedKeyword>& keywords, const forge::Event& event) {
  std::string out = fmt::format("title [{}] body [{}]", event.title, event.body);
  for (const WatchedKeyword& watched : keywords)
    out += fmt::format("\n{}/{}: {}", watched.organization, watched.id, watched.keyword.text());
  return out;
}

TEST(KeywordProperty, the_matcher_answers_as_a_plain_reading_does) {
  Generator generator(20260722);
  std::size_t matched = 0;
  for (int round = 0; round < 60; ++round) {
    const auto keywords = generator.keywords(1 + generator.below(25));
    const auto matcher = *KeywordMatcher::compile(keywords);
    for (int i = 0; i < 25; ++i) {
      const forge::Event event = generator.event();
      const Answer expected = plain_answer(keywords, event);
      ASSERT_EQ(answer_of(*matcher, event), expected) << explained(keywords, event);
      matched += expected.size();
    }
  }
  EXPECT_GT(matched, 500u);
}

TEST(KeywordProperty, the_order_of_keywords_changes_nothing) {
  Generator generator(7);
  for (int round = 0; round < 20; ++round) {
    auto keywords = generator.keywords(20);
    const auto one = *KeywordMatcher::compile(keywords);
    generator.shuffle(keywords);
    const auto other = *KeywordMatcher::compile(keywords);
    for (int i = 0; i < 20; ++i) {
      const forge::Event event = generator.event();
      ASSERT_EQ(answer_of(*one, event), answer_of(*other, event)) << explained(keywords, event);
    }
  }
}

// One keyword at a time, so that no other's hit hides a miss.
TEST(KeywordProperty, the_prescan_misses_no_line_the_matcher_accepts) {
  Generator generator(4711);
  std::size_t accepted = 0;
  std::size_t spared = 0;
  for (int round = 0; round < 400; ++round) {
    const auto keywords = generator.keywords(1);
    const auto matcher = *KeywordMatcher::compile(keywords);
    const auto prescan =
        *make_prescan(matcher, {}, {.texts = {"title", "body"}, .repository = "name"});
    std::string block;
    std::vector<std::size_t> ends;
    std::set<std::size_t> wanted;
    for (std::size_t line = 0; line < 40; ++line) {
      const forge::Event event = generator.event();
      const int escapes = generator.below(3) * 10;
      if (!matcher->match(event).empty()) wanted.insert(line);
      block += fmt::format("{{\"title\":{},\"body\":{}}}\n", generator.json(event.title, escapes),
                           generator.json(event.body, escapes));
      ends.push_back(block.size());
    }
    std::set<std::size_t> hits;
    prescan->scan(block, [&](std::size_t offset) {
      hits.insert(static_cast<std::size_t>(std::ranges::upper_bound(ends, offset) - ends.begin()));
    });
    ASSERT_TRUE(std::ranges::includes(hits, wanted)) << keywords[0].keyword.text() << "\n" << block;
    accepted += wanted.size();
    spared += ends.size() - hits.size();
  }
  EXPECT_GT(accepted, 400u);
  EXPECT_GT(spared, 2000u);
}

}  // namespace
}  // namespace sextant::leads
