#include "base/sealed_text.hpp"

#include <gtest/gtest.h>

namespace sextant {
namespace {

const Secret key("a key of at least thirty-two characters");

TEST(SealedText, OpensToWhatItWas) {
  const Sealer sealer(key, "hooks");
  for (const char* text : {"", "whsec_abc", "a text with \n and \xc3\xa9"}) {
    const auto opened = sealer.open(sealer.seal(Secret(text), "7"), "7");
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->reveal(), text);
  }
}

TEST(SealedText, ShowsNothingOfTheTextAndNeverRepeats) {
  const Sealer sealer(key, "hooks");
  const Secret text("whsec_abc");
  const std::string sealed = sealer.seal(text, "7");
  EXPECT_EQ(sealed.find("whsec"), std::string::npos);
  EXPECT_NE(sealed, sealer.seal(text, "7"));
}

TEST(SealedText, IsRefusedChangedMovedOrUnderAnotherPurpose) {
  const Sealer sealer(key, "hooks");
  const std::string sealed = sealer.seal(Secret("whsec_abc"), "7");
  EXPECT_FALSE(sealer.open(sealed, "8"));
  EXPECT_FALSE(Sealer(key, "keys").open(sealed, "7"));
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(sealer.open(changed, "7")) << at;
    EXPECT_FALSE(sealer.open(sealed.substr(0, at), "7")) << at;
  }
}

TEST(SealedText, SaysThatAnotherKeyHasSealedIt) {
  const std::string sealed = Sealer(key, "hooks").seal(Secret("x"), "7");
  const auto opened =
      Sealer(Secret("another key of thirty-two characters"), "hooks").open(sealed, "7");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::unavailable);
  EXPECT_NE(opened.error().message.find("SEXTANT_SECRET_KEY"), std::string::npos);
}

}  // namespace
}  // namespace sextant
