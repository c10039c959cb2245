#include "http/cursor.hpp"

#include <gtest/gtest.h>

namespace sextant::http {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

Hash key_of(std::string_view text) {
  return sha256(text);
}

TEST(Cursor, OpensWhatItSealed) {
  const Hash key = key_of("one");
  for (const std::string& position : {std::string(), std::string("1777655040000,42"),
                                      std::string("\0\xff\n", 3), std::string(300, 'x')})
    EXPECT_EQ(*open_cursor(key, seal_cursor(key, position, "list|acme|repo=a"), "list|acme|repo=a"),
              position);
}

TEST(Cursor, RefusesEveryChangedCharacter) {
  const Hash key = key_of("one");
  const std::string sealed = seal_cursor(key, "1777655040000,42", "list");
  for (std::size_t at = 0; at < sealed.size(); ++at)
    for (const char c : alphabet) {
      if (c == sealed[at]) continue;
      std::string changed = sealed;
      changed[at] = c;
      EXPECT_FALSE(open_cursor(key, changed, "list")) << changed;
    }
}

TEST(Cursor, RefusesWhatIsCutLongerOrNoCursorAtAll) {
  const Hash key = key_of("one");
  const std::string sealed = seal_cursor(key, "1777655040000,42", "list");
  for (std::size_t size = 0; size < sealed.size(); ++size)
    EXPECT_FALSE(open_cursor(key, sealed.substr(0, size), "list"));
  for (const char c : alphabet) EXPECT_FALSE(open_cursor(key, sealed + c, "list"));
  for (const std::string& other :
       {sealed + "=", sealed + "\n", " " + sealed, std::string("null"), std::string("%")})
    EXPECT_FALSE(open_cursor(key, other, "list"));
}

TEST(Cursor, IsBoundToItsKeyAndToWhatItWasMadeFor) {
  const std::string sealed = seal_cursor(key_of("one"), "42", "list|acme");
  EXPECT_FALSE(open_cursor(key_of("two"), sealed, "list|acme"));
  EXPECT_FALSE(open_cursor(key_of("one"), sealed, "list|other"));
  EXPECT_FALSE(open_cursor(key_of("one"), sealed, ""));
}

TEST(Cursor, KeepsPositionAndBindingApart) {
  const Hash key = key_of("one");
  const auto mark = [&](std::string_view position, std::string_view bound_to) {
    return from_base64url(seal_cursor(key, position, bound_to))->substr(0, 16);
  };
  EXPECT_NE(mark("ab", "c"), mark("a", "bc"));
}

TEST(Cursor, NamesTheParameterWhenItRefuses) {
  const auto refused = open_cursor(key_of("one"), "x", "list");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_TRUE(refused.error().message.starts_with("cursor is not one that this endpoint gave"));
}

}  // namespace
}  // namespace sextant::http
