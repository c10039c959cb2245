#include "leads/keyword_matcher.hpp"

#include <gtest/gtest.h>

#include "testing/db_sqlite.hpp"

namespace sextant::leads {
namespace {

using forge::EventKind;

WatchedKeyword watched(std::string_view text, std::int64_t id = 1, ScanTargets targets = {}) {
  return {.organization = 1, .id = id, .keyword = *Keyword::parse(text), .targets = targets};
}

std::shared_ptr<const KeywordMatcher> compiled(std::vector<WatchedKeyword> keywords) {
  return *KeywordMatcher::compile(std::move(keywords));
}

forge::Event issue(std::string title, std::string body = "") {
  forge::Event event;
  event.kind = EventKind::issue;
  event.repository.full_name = "Acme/SDK";
  event.repository.owner.login = "Acme";
  event.repository.language = "Go";
  event.actor.login = "JDoe";
  event.title = std::move(title);
  event.body = std::move(body);
  return event;
}

bool matches(std::string_view keyword, const forge::Event& event) {
  return !compiled({watched(keyword)})->match(event).empty();
}

TEST(KeywordMatcher, words_match_in_sequence_whatever_case_and_blanks) {
  const auto found = [](std::string_view text) {
    return matches("looking for a stargazer tracker", issue(std::string(text)));
  };
  EXPECT_TRUE(found("Looking for a stargazer tracker"));
  EXPECT_TRUE(found("We are LOOKING\n for\ta  Stargazer\r\nTracker."));
  EXPECT_TRUE(found("looking for\u00A0a\u3000stargazer tracker"));
  EXPECT_FALSE(found("looking for a good stargazer tracker"));
  EXPECT_FALSE(found("looking for a stargazer-tracker"));
  EXPECT_FALSE(found("looking for a stargazer trackers"));
  EXPECT_FALSE(found("overlooking for a stargazer tracker"));
  EXPECT_FALSE(found("for a stargazer tracker looking"));
}

TEST(KeywordMatcher, words_are_bounded_by_what_is_no_letter_digit_or_underscore) {
  for (const auto* text : {"redis", "(redis)", "redis's", "use redis, please", "redis-cluster",
                           "\u201Eredis\u201C", "\u2764\uFE0Fredis", "redis\u3002"})
    EXPECT_TRUE(matches("redis", issue(text))) << text;
  for (const auto* text : {"rediss", "xredis", "redis_cluster", "redis7", "\u00E9redis",
                           "redis\u0436", "\u4E2Dredis", "redis\u0301"})
    EXPECT_FALSE(matches("redis", issue(text))) << text;
  EXPECT_TRUE(matches("redis", issue("rediss xredis redis")));
}

TEST(KeywordMatcher, letters_of_other_scripts_match_without_regard_to_case) {
  EXPECT_TRUE(matches("caf\u00E9 \u043F\u043E\u0438\u0441\u043A",
                      issue("CAF\u00C9 \u041F\u041E\u0418\u0421\u041A!")));
  EXPECT_FALSE(matches("cafe", issue("caf\u00E9")));
  EXPECT_TRUE(matches("\u65E5\u672C\u8A9E", issue("(\u65E5\u672C\u8A9E)")));
}

TEST(KeywordMatcher, punctuation_inside_a_phrase_is_taken_literally) {
  EXPECT_TRUE(matches("C++", issue("I like c++, and C++20")));
  EXPECT_FALSE(matches("C++", issue("objc++ or C+")));
  EXPECT_TRUE(matches("node.js", issue("Node.JS.")));
  EXPECT_FALSE(matches("node.js", issue("node js nodexjs")));
  EXPECT_TRUE(matches("self-hosted git", issue("a self-hosted\ngit")));
}

TEST(KeywordMatcher, a_prefix_goes_on_to_the_end_of_the_word) {
  EXPECT_TRUE(matches("deploy*", issue("Deployments")));
  EXPECT_TRUE(matches("deploy*", issue("deploy")));
  EXPECT_FALSE(matches("deploy*", issue("redeploy")));
  EXPECT_TRUE(matches("deploy* to prod*", issue("Deploying to production")));
  EXPECT_FALSE(matches("deploy* to prod*", issue("redeploying to production")));
  EXPECT_FALSE(matches("deploy* to prod*", issue("deploy-ing to production")));
  EXPECT_TRUE(matches("node.dep* kubernetes", issue("node.deploy kubernetes")));
}

TEST(KeywordMatcher, a_phrase_never_spans_title_and_body_but_and_does) {
  EXPECT_FALSE(matches("redis cluster", issue("redis", "cluster")));
  EXPECT_TRUE(matches("redis AND cluster", issue("redis", "cluster")));
  EXPECT_FALSE(matches("redis -cluster", issue("redis", "cluster")));
  EXPECT_TRUE(matches("redis -cluster", issue("redis", "clusters")));
}

TEST(KeywordMatcher, operators_mean_what_they_say) {
  const auto event = issue("Redis on Kubernetes", "is it better than memcached?");
  EXPECT_TRUE(matches("valkey OR redis", event));
  EXPECT_TRUE(matches("memcached (valkey OR redis)", event));
  EXPECT_FALSE(matches("memcached (valkey OR dragonfly)", event));
  EXPECT_FALSE(matches("redis NOT kubernetes", event));
  EXPECT_TRUE(matches("redis NOT (kubernetes AND mongodb)", event));
  EXPECT_FALSE(matches("redis -(mongodb OR kubernetes)", event));
}

TEST(KeywordMatcher, filters_look_at_repository_owner_author_and_language) {
  const auto event = issue("redis");
  for (const auto* keyword :
       {"redis repo:acme/sdk", "redis org:acme", "redis author:jdoe", "redis lang:go",
        "redis -repo:acme/sdk-js", "redis -author:ada", "redis (author:ada OR org:acme)"})
    EXPECT_TRUE(matches(keyword, event)) << keyword;
  for (const auto* keyword :
       {"redis repo:acme/sdk-js", "redis org:ac", "redis author:ada", "redis lang:rust",
        "redis -repo:acme/sdk", "redis -org:acme", "redis -author:jdoe", "redis -lang:go"})
    EXPECT_FALSE(matches(keyword, event)) << keyword;
  auto unknown = event;
  unknown.repository.language.clear();
  EXPECT_FALSE(matches("redis lang:go", unknown));
  EXPECT_TRUE(matches("redis -lang:go", unknown));
}

TEST(KeywordMatcher, targets_choose_the_kinds_of_event) {
  const ScanTargets none{.issues = false, .prs = false, .discussions = false, .code = false};
  const auto targets = [&](bool ScanTargets::* one) {
    ScanTargets chosen = none;
    chosen.*one = true;
    return chosen;
  };
  const auto matcher = compiled({watched("redis", 1, targets(&ScanTargets::issues)),
                                 watched("redis", 2, targets(&ScanTargets::prs)),
                                 watched("redis", 3, targets(&ScanTargets::discussions)),
                                 watched("redis", 4, targets(&ScanTargets::code))});
  const auto found = [&](EventKind kind) {
    auto event = issue("redis");
    event.kind = kind;
    std::vector<std::int64_t> ids;
    for (const KeywordMatch& match : matcher->match(event)) ids.push_back(match.keyword);
    return ids;
  };
  using Ids = std::vector<std::int64_t>;
  EXPECT_EQ(found(EventKind::issue), Ids{1});
  EXPECT_EQ(found(EventKind::issue_comment), Ids{1});
  EXPECT_EQ(found(EventKind::pull_request), Ids{2});
  EXPECT_EQ(found(EventKind::pull_request_comment), Ids{2});
  EXPECT_EQ(found(EventKind::discussion), Ids{3});
  EXPECT_EQ(found(EventKind::discussion_comment), Ids{3});
  EXPECT_EQ(found(EventKind::star), Ids{});
  EXPECT_EQ(found(EventKind::push), Ids{});
}

TEST(KeywordMatcher, a_match_says_where_the_first_phrase_stands) {
  const auto at = [](std::string_view keyword, const forge::Event& event) {
    const auto match = compiled({watched(keyword)})->match(event).at(0);
    const std::string& field = match.is_in_title ? event.title : event.body;
    return std::pair(match.is_in_title, field.substr(match.begin, match.end - match.begin));
  };
  using Where = std::pair<bool, std::string>;
  EXPECT_EQ(at("redis", issue("Use Redis", "redis")), Where(true, "Redis"));
  EXPECT_EQ(at("deploy* redis", issue("t", "\u00C9 Deploying\n REDIS now")),
            Where(false, "Deploying\n REDIS"));
  EXPECT_EQ(at("valkey OR redis AND cluster", issue("cluster", "with redis")),
            Where(false, "redis"));
  EXPECT_EQ(at("-mongodb lang:go redis", issue("redis")), Where(true, "redis"));
}

TEST(KeywordMatcher, offsets_are_those_of_the_text_as_it_came_even_if_it_is_no_utf8) {
  const auto match =
      compiled({watched("redis")})->match(issue("", "\xFF\xFE \xC3 redis\xFF")).at(0);
  EXPECT_EQ(match.begin, 5u);
  EXPECT_EQ(match.end, 10u);
}

TEST(KeywordMatcher, the_same_keyword_of_many_accounts_matches_for_each_in_order) {
  std::vector<WatchedKeyword> keywords;
  for (const std::int64_t organization : {3, 1, 2})
    for (const std::int64_t id : {20, 10})
      keywords.push_back({.organization = organization,
                          .id = id,
                          .keyword = *Keyword::parse("redis cluster"),
                          .targets = {}});
  std::vector<std::pair<std::int64_t, std::int64_t>> found;
  for (const auto& match : compiled(std::move(keywords))->match(issue("Redis cluster")))
    found.emplace_back(match.organization, match.keyword);
  EXPECT_EQ(found, (std::vector<std::pair<std::int64_t, std::int64_t>>{
                       {1, 10}, {1, 20}, {2, 10}, {2, 20}, {3, 10}, {3, 20}}));
}

TEST(KeywordMatcher, a_phrase_is_found_wherever_it_stands_in_a_text) {
  const auto matcher = compiled({watched("stargazer tracker", 1), watched("a b", 2)});
  for (std::size_t before = 0; before < 200; ++before) {
    std::string text(before, 'x');
    text += " stargazer tracker";
    EXPECT_EQ(matcher->match(issue("", text)).size(), 1u) << before;
    EXPECT_EQ(matcher->match(issue("", text + " a\u00A0b")).size(), 2u) << before;
    EXPECT_TRUE(matcher->match(issue("", text + "s a-b")).empty()) << before;
  }
}

// They are told apart although a hash looks at their beginnings and ends.
TEST(KeywordMatcher, long_words_that_differ_in_the_middle_are_different) {
  const std::string word = "beginning_of_x_and_the_end";
  const std::string other = "beginning_of_y_and_the_end";
  const auto matcher = compiled(
      {watched(word, 1), watched(other, 2), watched(word + " sdk", 3), watched(other + " sdk", 4)});
  for (const auto& [text, ids] :
       {std::pair(word, std::vector{1, 3}), std::pair(other, std::vector{2, 4})}) {
    std::vector<int> found;
    for (const auto& match : matcher->match(issue(text + " sdk")))
      found.push_back(static_cast<int>(match.keyword));
    EXPECT_EQ(found, ids);
  }
}

TEST(KeywordMatcher, no_keywords_match_nothing) {
  EXPECT_TRUE(compiled({})->match(issue("redis")).empty());
}

TEST(KeywordMatcher, a_long_text_of_the_sought_word_is_no_trouble) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "redis redisx ";
  EXPECT_FALSE(matches("redis cluster", issue("", text)));
  EXPECT_TRUE(matches("redis cluster", issue("", text + "redis cluster")));
}

// Words that are punctuation only are never what a phrase is looked for by.
TEST(KeywordMatcher, FindsAPhraseWithWordsOfPunctuation) {
  const auto matcher = sextant::testing::value_of(KeywordMatcher::compile(
      {{.organization = 1,
        .id = 1,
        .keyword = sextant::testing::value_of(Keyword::parse("c++ # \x18\x18\x18 deploy*")),
        .targets = {}}}));
  forge::Event event;
  event.kind = forge::EventKind::issue;
  event.body = "We C++  # \x18\x18\x18 deployed it.";
  EXPECT_EQ(matcher->match(event).size(), 1u);
  event.body = "We C++ deployed it.";
  EXPECT_TRUE(matcher->match(event).empty());
}

}  // namespace
}  // namespace sextant::leads
