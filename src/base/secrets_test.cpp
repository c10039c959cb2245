#include "base/secrets.hpp"

#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sextant {
namespace {

TEST(Secrets, PrintAsStars) {
  EXPECT_EQ(fmt::format("{}", Secret("hunter2")), "***");
}

TEST(Hashes, AreTheKnownOnes) {
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_NE(hmac_sha256(std::string(65, 'k'), "x"), hmac_sha256(std::string(64, 'k'), "x"));
}

TEST(Keys, DifferByPurposeAndBySecret) {
  const Secret secret("installation");
  EXPECT_EQ(derive_key(secret, "cursor"), derive_key(secret, "cursor"));
  EXPECT_NE(derive_key(secret, "cursor"), derive_key(secret, "tombstone"));
  EXPECT_NE(derive_key(secret, "cursor"), derive_key(Secret("another"), "cursor"));
}

TEST(Comparison, NeedsTheSameBytesAndLength) {
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abcd"));
  EXPECT_TRUE(equal_in_constant_time("", ""));
}

TEST(Base64, IsReadBack) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
    bytes += static_cast<char>(i * 7);
  }
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
}

TEST(Base64, IsRefusedUnlessCanonical) {
  EXPECT_EQ(from_base64url("-_8"), "\xfb\xff");
  for (const auto text : {"-_9", "-_8=", "+/8", "-_8 ", "A", "-_8\n", "a b"})
    EXPECT_EQ(from_base64url(text), std::nullopt) << text;
}

TEST(Tokens, AreWellFormedAndNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string token = new_token("gv_pat_");
    EXPECT_EQ(token.size(), 50u);
    EXPECT_TRUE(is_well_formed_token(token, "gv_pat_"));
    EXPECT_TRUE(seen.insert(token).second);
  }
}

TEST(Tokens, AreRefusedWithAnyCharacterChanged) {
  const std::string token = new_token("gv_pat_");
  for (std::size_t i = 0; i < token.size(); ++i)
    for (const char c : {'0', 'z', '-', '\0'}) {
      std::string changed = token;
      changed[i] = c;
      EXPECT_EQ(is_well_formed_token(changed, "gv_pat_"), changed == token);
    }
  EXPECT_FALSE(is_well_formed_token("", "gv_pat_"));
  EXPECT_FALSE(is_well_formed_token(token + "0", "gv_pat_"));
  EXPECT_FALSE(is_well_formed_token(token.substr(0, 49), "gv_pat_"));
  EXPECT_FALSE(is_well_formed_token(token, "gv_key_"));
}

}  // namespace
}  // namespace sextant
