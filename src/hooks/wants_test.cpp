#include "hooks/wants.hpp"

#include <gtest/gtest.h>

namespace sextant::hooks {
namespace {

const Attributes star{.texts = {{"repository", "Acme/SDK"}, {"signal_type", "stargazer"}},
                      .numbers = {{"fit_score", 70}}};

bool wanted(const Wants& wants) {
  return is_wanted(wants, "lead.created", star);
}

TEST(Wants, TakeEverythingUnlessTheySay) {
  EXPECT_TRUE(wanted({}));
}

TEST(Wants, NameTheEvents) {
  EXPECT_TRUE(wanted({.events = {"lead.created", "x"}, .texts = {}, .numbers = {}}));
  EXPECT_FALSE(wanted({.events = {"lead.deleted"}, .texts = {}, .numbers = {}}));
}

TEST(Wants, CompareTextsWithoutRegardToCase) {
  EXPECT_TRUE(
      wanted({.events = {}, .texts = {{"repository", {"x/y", "ACME/sdk"}}}, .numbers = {}}));
  EXPECT_FALSE(wanted({.events = {}, .texts = {{"repository", {"acme/sdk2"}}}, .numbers = {}}));
}

TEST(Wants, AreForOneOfSeveralValuesOfAnAttribute) {
  const Attributes two{.texts = {{"keyword", "one"}, {"keyword", "two"}}, .numbers = {}};
  EXPECT_TRUE(is_wanted({.events = {}, .texts = {{"keyword", {"two"}}}, .numbers = {}}, "e", two));
}

TEST(Wants, DoNotTakeWhatLacksTheAttribute) {
  EXPECT_FALSE(wanted({.events = {}, .texts = {{"keyword", {"x"}}}, .numbers = {}}));
  EXPECT_FALSE(wanted({.events = {}, .texts = {}, .numbers = {{"authenticity", 1}}}));
}

TEST(Wants, TakeFromAMinimumOn) {
  EXPECT_TRUE(wanted({.events = {}, .texts = {}, .numbers = {{"fit_score", 70}}}));
  EXPECT_FALSE(wanted({.events = {}, .texts = {}, .numbers = {{"fit_score", 70.5}}}));
}

TEST(Wants, NeedAllThatTheySay) {
  EXPECT_FALSE(wanted({.events = {"lead.created"},
                       .texts = {{"repository", {"acme/sdk"}}},
                       .numbers = {{"fit_score", 71}}}));
}

TEST(Wants, ComeBackFromTheStoreAsTheyWere) {
  const Wants wants{.events = {"a", "b"},
                    .texts = {{"keyword", {"say \"hi\"", "x"}}, {"empty", {}}},
                    .numbers = {{"fit_score", 0.5}}};
  const auto read = read_wants(to_json(wants));
  ASSERT_TRUE(read);
  Wants expected = wants;
  expected.texts.erase("empty");
  EXPECT_EQ(*read, expected);
  const auto attributes = read_attributes(to_json(star));
  ASSERT_TRUE(attributes);
  EXPECT_EQ(attributes->texts, star.texts);
  EXPECT_EQ(attributes->numbers, star.numbers);
  EXPECT_FALSE(read_wants("{}"));
  EXPECT_FALSE(read_attributes("[]"));
}

}  // namespace
}  // namespace sextant::hooks
