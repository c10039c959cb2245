#include "leads/keyword_prescan.hpp"

#include <gtest/gtest.h>

#include <set>

namespace sextant::leads {
namespace {

std::unique_ptr<forge::Prescan> prescan_for(const std::vector<std::string>& keywords,
                                            const std::vector<std::string>& repositories = {},
                                            ScanTargets targets = {}) {
  std::vector<WatchedKeyword> watched;
  for (const std::string& text : keywords)
    watched.push_back(
        {.organization = 1, .id = 1, .keyword = *Keyword::parse(text), .targets = targets});
  return *make_prescan(*KeywordMatcher::compile(std::move(watched)), repositories,
                       {.texts = {"title", "body"}, .repository = "name"});
}

// The numbers of the lines that are hit.
std::set<int> hits(const std::vector<std::string>& keywords,
                   const std::vector<std::string>& repositories,
                   const std::vector<std::string>& lines) {
  const auto prescan = prescan_for(keywords, repositories);
  std::string block;
  for (const std::string& line : lines) block += line + "\n";
  std::set<int> numbers;
  std::size_t last = 0;
  prescan->scan(block, [&](std::size_t offset) {
    EXPECT_LE(last, offset);
    last = offset;
    numbers.insert(static_cast<int>(
        std::count(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(offset), '\n')));
  });
  return numbers;
}

using Lines = std::set<int>;

TEST(KeywordPrescan, hits_lines_with_a_phrase_of_a_keyword_in_a_text) {
  EXPECT_EQ(hits({"looking for a stargazer tracker", "redis OR valkey"}, {},
                 {R"({"body":"nothing"})", R"({"body":"looking for a Stargazer tracker"})",
                  R"({"body":"a stargazer tracker"})", R"({"title":"ValKey"})",
                  R"({"body" : "new\nredis"})", R"({"url":"redis"})", R"({"body":"rediss"})",
                  R"({"body":null,"title":5,"name":"redis"})"}),
            (Lines{1, 3, 4}));
}

TEST(KeywordPrescan, words_may_stand_in_different_texts_of_a_line) {
  EXPECT_EQ(hits({"redis AND kubernetes"}, {},
                 {R"({"title":"redis","body":"kubernetes"})", R"({"title":"other"})"}),
            Lines{0});
}

TEST(KeywordPrescan, a_text_quoted_in_a_text_is_one_text) {
  EXPECT_EQ(hits({"redis"}, {},
                 {R"({"body":"{\"body\":\"x\"} redis"})", R"({"body":"\\","url":"redis"})",
                  R"({"body":"\\\" redis"})"}),
            (Lines{0, 2}));
}

TEST(KeywordPrescan, hits_lines_of_tracked_repositories_only_by_their_whole_name) {
  EXPECT_EQ(hits({}, {"acme/sdk"},
                 {R"({"repo":{"id":1,"name":"Acme/SDK"}})", R"({"repo":{"name":"acme/sdk-js"}})",
                  R"({"repo":{"name":"xacme/sdk"}})", R"({"repo":{"name":"acme\/sdk"}})",
                  R"({"body":"acme/sdk"})"}),
            (Lines{0, 3}));
}

TEST(KeywordPrescan, words_hidden_by_escapes_are_found) {
  EXPECT_EQ(hits({"поиск", "日本"}, {},
                 {R"({"body":"Поиск"})", R"({"body":"\u041F\u041e\u0418\u0421\u041a"})",
                  R"({"body":"\u65e5\u672C"})", R"({"body":"日本"})", R"({"body":"latin"})"}),
            (Lines{0, 1, 2, 3}));
  EXPECT_EQ(hits({"\U00020000x"}, {}, {R"({"body":"\uD840\uDC00x"})", R"({"body":"\u20000"})"}),
            Lines{0});
  EXPECT_EQ(hits({"redis"}, {}, {R"({"body":"\u0072edis"})", R"({"body":"a\/redis"})"}),
            (Lines{0, 1}));
}

TEST(KeywordPrescan, what_readers_may_read_differently_is_a_hit) {
  EXPECT_EQ(hits({"redis"}, {},
                 {R"({"body":"re\u0000dis"})", R"({"body":"\ud800"})", R"({"body":"\x"})",
                  R"({"body":")" + std::string(200 << 10, 'x') + "\"}", R"({"body":"x"})"}),
            (Lines{0, 1, 2, 3}));
}

TEST(KeywordPrescan, a_cut_line_is_survived) {
  for (const auto* line : {R"({"body":"redis)", R"({"body")", R"({"body":)", R"({"body":"\)"})
    prescan_for({"redis"})->scan(line, [](std::size_t) { FAIL(); });
}

TEST(KeywordPrescan, keywords_for_code_alone_hit_nothing) {
  const auto prescan = prescan_for(
      {"redis"}, {}, {.issues = false, .prs = false, .discussions = false, .code = true});
  prescan->scan("{\"body\":\"redis\"}\n", [](std::size_t) { FAIL(); });
}

}  // namespace
}  // namespace sextant::leads
