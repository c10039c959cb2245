#include "leads/keyword.hpp"

#include <gtest/gtest.h>

#include "base/utf8.hpp"

namespace sextant::leads {
namespace {

using Node = Keyword::Node;

std::string words_of(const Node& phrase) {
  std::string out;
  for (const Keyword::Word& word : phrase.words)
    out += (out.empty() ? "" : " ") + word.text + (word.is_prefix ? "*" : "");
  return "\"" + out + "\"";
}

// The tree, written with parentheses.
std::string shape(const Node& node) {
  const auto joined = [&](const std::string& operation) {
    std::string out = "(" + operation;
    for (const Node& part : node.parts) out += " " + shape(part);
    return out + ")";
  };
  switch (node.kind) {
    case Node::Kind::phrase:
      return words_of(node);
    case Node::Kind::all:
      return joined("all");
    case Node::Kind::any:
      return joined("any");
    case Node::Kind::none:
      return joined("none");
    case Node::Kind::repository:
      return "repo:" + node.text;
    case Node::Kind::organization:
      return "org:" + node.text;
    case Node::Kind::author:
      return "author:" + node.text;
    case Node::Kind::language:
      return "lang:" + node.text;
  }
  return "";
}

std::string read(std::string_view text) {
  const auto keyword = Keyword::parse(text);
  return keyword ? shape(keyword->root()) : keyword.error().message;
}

std::string refusal(std::string_view text) {
  const auto keyword = Keyword::parse(text);
  if (keyword) return "accepted " + shape(keyword->root());
  EXPECT_EQ(keyword.error().kind, ErrorKind::invalid);
  return keyword.error().message;
}

TEST(Keyword, bare_words_are_one_phrase) {
  EXPECT_EQ(read("looking for a stargazer tracker"), R"("looking for a stargazer tracker")");
  EXPECT_EQ(read("  Redis \t Cluster\n"), R"("redis cluster")");
  EXPECT_EQ(Keyword::parse("  Redis  Cluster ")->text(), "Redis  Cluster");
}

TEST(Keyword, what_stands_beside_a_phrase_is_wanted_too) {
  EXPECT_EQ(read("redis cluster -kubernetes"), R"((all "redis cluster" (none "kubernetes")))");
  EXPECT_EQ(read(R"(redis "open source" cluster)"), R"((all "redis" "open source" "cluster"))");
  EXPECT_EQ(read("redis AND cluster"), R"((all "redis" "cluster"))");
  EXPECT_EQ(read("redis lang:Go cluster"), R"((all "redis" lang:go "cluster"))");
  EXPECT_EQ(read("redis -managed cloud cluster"),
            R"((all "redis" (none "managed") "cloud cluster"))");
}

TEST(Keyword, and_binds_closer_than_or_and_not_closest) {
  EXPECT_EQ(read("a1 b1 OR c1 AND NOT d1 e1"), R"((any "a1 b1" (all "c1" (none "d1 e1"))))");
  EXPECT_EQ(read("a1 (b1 OR c1)"), R"((all "a1" (any "b1" "c1")))");
  EXPECT_EQ(read("NOT(a1 OR b1)AND c1"), R"((all (none (any "a1" "b1")) "c1"))");
  EXPECT_EQ(read("c1 -(a1 b1)"), R"((all "c1" (none "a1 b1")))");
  EXPECT_EQ(read(R"(c1 -"a1 b1")"), R"((all "c1" (none "a1 b1")))");
}

TEST(Keyword, operators_are_upper_case_and_bare) {
  EXPECT_EQ(read("search and or not"), R"("search and or not")");
  EXPECT_EQ(read(R"("this AND that")"), R"("this and that")");
}

TEST(Keyword, filters_take_names_and_quoted_values) {
  EXPECT_EQ(read("sdk repo:Acme/SDK.js"), R"((all "sdk" repo:acme/sdk.js))");
  EXPECT_EQ(read("sdk ORG:acme"), R"((all "sdk" org:acme))");
  EXPECT_EQ(read("sdk -author:JDoe"), R"((all "sdk" (none author:jdoe)))");
  EXPECT_EQ(read(R"(sdk lang:"Jupyter Notebook")"), R"((all "sdk" lang:jupyter notebook))");
  EXPECT_EQ(read("sdk lang:C++"), R"((all "sdk" lang:c++))");
}

TEST(Keyword, a_colon_that_is_no_filter_is_text) {
  EXPECT_EQ(read("fatal error: redis"), R"("fatal error: redis")");
  EXPECT_EQ(read("std::string"), R"("std::string")");
  EXPECT_EQ(read("https://acme.dev"), R"("https://acme.dev")");
  EXPECT_EQ(read("12:30"), R"("12:30")");
}

TEST(Keyword, words_keep_their_punctuation) {
  EXPECT_EQ(read("C++ node.js self-hosted"), R"("c++ node.js self-hosted")");
  EXPECT_EQ(read(R"("2 * 3")"), R"("2 * 3")");
}

TEST(Keyword, a_star_at_the_end_of_a_word_makes_it_a_prefix) {
  EXPECT_EQ(read("deploy*"), R"("deploy*")");
  EXPECT_EQ(read("Deploy* to prod*"), R"("deploy* to prod*")");
  EXPECT_EQ(read("-deploy* redis"), R"((all (none "deploy*") "redis"))");
}

TEST(Keyword, letters_of_other_scripts_are_folded) {
  EXPECT_EQ(read("CAFÉ Поиск ΛΌΓΟΣ"), R"("café поиск λόγοσ")");
}

struct Refusal {
  std::string text;
  std::string message;
};

TEST(Keyword, a_refusal_says_where_and_what_would_be_right) {
  for (const auto& [text, message] : std::vector<Refusal>{
           {R"(redis "open source)", "character 7: this quote is not closed"},
           {R"(é "x)", "character 3: this quote is not closed"},
           {"redis AND", "character 7: an operator stands between two phrases"},
           {"AND redis", "character 1: an operator"},
           {"redis AND OR valkey", "character 11: an operator"},
           {"redis OR", "character 7: an operator"},
           {"(redis OR) valkey", "character 8: an operator"},
           {"redis NOT", "character 7: an operator"},
           {"(redis OR valkey", "character 1: this parenthesis is not closed"},
           {"redis) valkey", "character 6: this parenthesis closes none"},
           {") redis", "character 1: this parenthesis closes none"},
           {"redis ()", "character 8: there is nothing between these parentheses"},
           {R"(redis "  ")", "character 7: this phrase is empty"},
           {"redis +++", "accepted"},
           {"+++", "character 1: this has neither a letter nor a digit"},
           {R"(redis "->")", "character 7: this has neither a letter nor a digit"},
           {"redis - valkey", "character 7: \"-\" stands directly before"},
           {"redis --help", "character 7: one \"-\" stands before"},
           {"*deploy", "character 1: \"*\" stands at the end of a word"},
           {"de*ploy", "character 3: \"*\" stands at the end of a word"},
           {"deploy**", "character 7: \"*\" stands at the end of a word"},
           {"c++*", "character 4: \"*\" stands at the end of a word"},
           {"redis de*", "character 9: \"*\" needs at least 3 characters"},
           {"redis label:bug", "character 7: unknown filter; there are repo:"},
           {"redis repo:acme", "character 7: repo: takes owner/name"},
           {"redis repo:acme/*", "character 7: repo: takes owner/name; org: takes all"},
           {"redis org:acme/sdk", "character 7: org: takes"},
           {"redis lang:", "character 7: a filter takes a value"},
           {"redis author:@me", "character 7: author: takes a login"},
           {"-redis", "this only excludes"},
           {"NOT (redis OR valkey)", "this only excludes"},
           {"lang:go", "this only filters"},
           {"lang:go -author:jdoe", "this only filters"},
           {"redis OR -valkey", "each side of OR needs a phrase"},
           {"redis OR lang:go", "each side of OR needs a phrase"},
           {"NOT NOT redis", "this only excludes"},
           {"x", "a keyword has 2 to 200 characters"},
           {" x ", "a keyword has 2 to 200 characters"},
           {"", "a keyword has 2 to 200 characters"},
           {std::string(201, 'x'), "a keyword has 2 to 200 characters"},
           {"caf\xE9", "a keyword is UTF-8 text"},
           {std::string("a\0b", 3), "a keyword is UTF-8 text"}})
    EXPECT_TRUE(refusal(text).starts_with(message)) << text << ": " << refusal(text);
}

TEST(Keyword, two_hundred_characters_are_counted_not_bytes) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "é";
  EXPECT_TRUE(Keyword::parse(text));
  EXPECT_TRUE(Keyword::parse("日本"));
  EXPECT_FALSE(Keyword::parse(text + "é"));
}

TEST(Keyword, nesting_is_bounded) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "redis" + std::string(depth, ')');
  };
  EXPECT_EQ(read(nested(20)), R"("redis")");
  EXPECT_TRUE(refusal(nested(21)).starts_with("character 21: this is nested too deeply"));
}

}  // namespace
}  // namespace sextant::leads
