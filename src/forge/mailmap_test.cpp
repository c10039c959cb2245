#include "forge/mailmap.hpp"

#include <gtest/gtest.h>

namespace sextant::forge {
namespace {

using Person = Mailmap::Person;

TEST(Mailmap, KnowsAllFourForms) {
  const Mailmap mailmap(
      "# comment\n"
      "Proper Name <one@x>\n"
      "<two@proper> <two@x>\n"
      "Third Name <three@proper> <three@x>\r\n"
      "Fourth Name <four@proper> Old Name <four@x>\n");
  EXPECT_EQ(mailmap.resolve("any", "one@x"), (Person{"Proper Name", "one@x"}));
  EXPECT_EQ(mailmap.resolve("any", "two@x"), (Person{"any", "two@proper"}));
  EXPECT_EQ(mailmap.resolve("any", "three@x"), (Person{"Third Name", "three@proper"}));
  EXPECT_EQ(mailmap.resolve("Old Name", "four@x"), (Person{"Fourth Name", "four@proper"}));
  EXPECT_EQ(mailmap.resolve("Other", "four@x"), (Person{"Other", "four@x"}));
  EXPECT_EQ(mailmap.resolve("any", "five@x"), (Person{"any", "five@x"}));
}

TEST(Mailmap, ComparesWithoutRegardToCase) {
  const Mailmap mailmap("New <new@x> old NAME <Old@X>\n");
  EXPECT_EQ(mailmap.resolve("Old Name", "oLD@x"), (Person{"New", "new@x"}));
}

TEST(Mailmap, PrefersTheEntryWithTheNameAndTheLaterLine) {
  const Mailmap mailmap(
      "Anyone <any@proper> <shared@x>\n"
      "Jane <jane@proper> Jane Doe <shared@x>\n"
      "First <one@x>\nSecond <one@x>\n");
  EXPECT_EQ(mailmap.resolve("Jane Doe", "shared@x"), (Person{"Jane", "jane@proper"}));
  EXPECT_EQ(mailmap.resolve("Joe", "shared@x"), (Person{"Anyone", "any@proper"}));
  EXPECT_EQ(mailmap.resolve("x", "one@x").name, "Second");
}

TEST(Mailmap, PassesOverWhatIsNoEntry) {
  const Mailmap mailmap("nothing\n<unclosed\n> <\n<>\nname <> <>\n\xFF\xFE\n");
  EXPECT_TRUE(mailmap.empty());
  EXPECT_EQ(mailmap.resolve("a", "b"), (Person{"a", "b"}));
}

}  // namespace
}  // namespace sextant::forge
