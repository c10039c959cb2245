#include "git/wildmatch.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sextant::git {
namespace {

TEST(Wildmatch, KeepsStarsWithinAFolder) {
  EXPECT_TRUE(wildmatch("*.c", "main.c"));
  EXPECT_FALSE(wildmatch("*.c", "src/main.c"));
  EXPECT_TRUE(wildmatch("src/*/*.c", "src/a/main.c"));
  EXPECT_FALSE(wildmatch("src/*/*.c", "src/main.c"));
  EXPECT_TRUE(wildmatch("a*b*c", "a--b--b--c"));
  EXPECT_FALSE(wildmatch("a?c", "a/c"));
  EXPECT_TRUE(wildmatch("a?c", "abc"));
  EXPECT_FALSE(wildmatch("", "a"));
  EXPECT_TRUE(wildmatch("", ""));
}

TEST(Wildmatch, LetsDoubleStarsCrossFolders) {
  EXPECT_TRUE(wildmatch("**/foo", "foo"));
  EXPECT_TRUE(wildmatch("**/foo", "a/b/foo"));
  EXPECT_FALSE(wildmatch("**/foo", "a/xfoo"));
  EXPECT_TRUE(wildmatch("a/**/z", "a/z"));
  EXPECT_TRUE(wildmatch("a/**/z", "a/b/c/z"));
  EXPECT_FALSE(wildmatch("a/**/z", "b/z"));
  EXPECT_TRUE(wildmatch("deps/**", "deps/x/y.c"));
  EXPECT_FALSE(wildmatch("deps/**", "deps"));
  EXPECT_TRUE(wildmatch("**/*.min.js", "web/js/app.min.js"));
  EXPECT_TRUE(wildmatch("**/b/*.c", "a/b/b/x.c"));
  EXPECT_FALSE(wildmatch("a**b", "a/b"));
  EXPECT_TRUE(wildmatch("a**b", "axxb"));
}

TEST(Wildmatch, KnowsSetsAndEscapes) {
  EXPECT_TRUE(wildmatch("[a-c]x", "bx"));
  EXPECT_FALSE(wildmatch("[!a-c]x", "bx"));
  EXPECT_TRUE(wildmatch("[^a-c]x", "dx"));
  EXPECT_TRUE(wildmatch("[]x]", "]"));
  EXPECT_TRUE(wildmatch("[a-]", "-"));
  EXPECT_TRUE(wildmatch("[[:digit:]_]", "7"));
  EXPECT_FALSE(wildmatch("[[:nonsense:]]", "7"));
  EXPECT_FALSE(wildmatch("[abc", "a"));
  EXPECT_FALSE(wildmatch("a[/]b", "a/b"));
  EXPECT_TRUE(wildmatch("\\*", "*"));
  EXPECT_FALSE(wildmatch("\\*", "x"));
  EXPECT_FALSE(wildmatch("a\\", "a"));
}

TEST(Wildmatch, TakesNoLongerForManyStars) {
  std::string pattern;
  for (int star = 0; star < 200; ++star) pattern += "*a";
  EXPECT_FALSE(wildmatch(pattern + "b", std::string(4000, 'a')));
  std::string folders;
  for (int star = 0; star < 200; ++star) folders += "**/a*/";
  std::string path;
  for (int folder = 0; folder < 1000; ++folder) path += "a/";
  EXPECT_FALSE(wildmatch(folders + "b", path + "c"));
}

TEST(Wildmatch, SaysWhetherAPatternCanMatchAnything) {
  for (const char* good : {"a", "**/[a-c]/*", "[]]", "[!]x]", "[[:alpha:]_]", "\\[", "a\\\\"})
    EXPECT_TRUE(can_match(good)) << good;
  for (const char* bad : {"", "[", "a/[b", "[]", "[a\\]", "[[:none:]]", "[[:alpha:]", "a\\"})
    EXPECT_FALSE(can_match(bad)) << bad;
}

}  // namespace
}  // namespace sextant::git
