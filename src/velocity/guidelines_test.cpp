#include "velocity/guidelines.hpp"

#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "testing/velocity_fixture.hpp"

namespace sextant::velocity {
namespace {

using ::testing::HasSubstr;
using testing::value_of;
using Saved = GuidelinesStore::Saved;

constexpr std::int64_t repository = 7;

class GuidelinesOfARepository : public testing::VelocityFixture {
 protected:
  Result<Saved> save(const std::string& text, const std::string& by = "ada") {
    return change([&](GuidelinesStore store) {
      return store.save(organization, repository, text, by, clock.now());
    });
  }
  Result<Saved> restore(int version, const std::string& by = "bob") {
    return change([&](GuidelinesStore store) {
      return store.restore(organization, repository, version, by, clock.now());
    });
  }
  std::vector<GuidelinesVersion> versions(std::int64_t of = repository) {
    return value_of(GuidelinesStore(*value_of(database->reader())).list(organization, of));
  }
  std::optional<scoring::Guidelines> current() {
    return value_of(read_current_guidelines(*database, organization, repository));
  }

 private:
  template <typename Change>
  Result<Saved> change(Change change) {
    Saved saved;
    TRY(database->write([&](db::Connection& db) -> Result<void> {
      saved = TRY(change(GuidelinesStore(db)));
      return {};
    }));
    return saved;
  }
};

SEXTANT_ON_EVERY_DATABASE(GuidelinesOfARepository);

TEST_P(GuidelinesOfARepository, AreNoneUntilSomebodyWritesThem) {
  EXPECT_FALSE(current());
  EXPECT_TRUE(versions().empty());
  EXPECT_TRUE(value_of(read_all_guidelines(*database, organization, repository)).empty());
}

TEST_P(GuidelinesOfARepository, KeepEveryWordingWithWhoAndWhen) {
  EXPECT_EQ(value_of(save("Tests count.\n")).version, 1);
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(value_of(save("Tests count twice.\nignore: gen/**\n", "Grace Hopper")).version, 2);
  EXPECT_EQ(current()->version, 2);
  EXPECT_EQ(current()->ignore, std::vector<std::string>{"gen/**"});
  const auto all = versions();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].saved_by, "Grace Hopper");
  EXPECT_EQ(all[0].saved_at, clock.now());
  EXPECT_EQ(all[1].text, "Tests count.\n");
  EXPECT_EQ(all[1].saved_by, "ada");
  EXPECT_EQ(all[1].saved_at, clock.now() - std::chrono::hours(1));
}

TEST_P(GuidelinesOfARepository, MakeNoVersionOfTheTextThatIsInForce) {
  save("Once.");
  const Saved again = value_of(save("Once.", "bob"));
  EXPECT_EQ(again.version, 1);
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(versions().size(), 1U);
  EXPECT_TRUE(value_of(save("Once.\n")).is_new) << "to the byte";
}

TEST_P(GuidelinesOfARepository, RestoreATextAsANewVersion) {
  save("First.");
  save("Second.");
  const Saved restored = value_of(restore(1));
  EXPECT_EQ(restored.version, 3);
  EXPECT_TRUE(restored.is_new);
  EXPECT_EQ(current()->text, "First.");
  EXPECT_EQ(versions()[0].restored_from, 1);
  EXPECT_EQ(versions()[0].saved_by, "bob");
  EXPECT_EQ(versions()[2].restored_from, std::nullopt);
  EXPECT_FALSE(value_of(restore(3)).is_new) << "it is in force";
  const auto refused = restore(9);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::not_found);
  EXPECT_EQ(versions().size(), 3U);
}

TEST_P(GuidelinesOfARepository, AreThatRepositorysAndThatOrganizationsAlone) {
  save("Ours.");
  EXPECT_TRUE(versions(repository + 1).empty());
  const auto other = make_organization("other");
  EXPECT_FALSE(value_of(read_current_guidelines(*database, other, repository)));
}

TEST_P(GuidelinesOfARepository, AreRefusedWhereTheTextOrTheAuthorIsNone) {
  EXPECT_THAT(save("ignore: [").error().message, HasSubstr("line 1"));
  EXPECT_THAT(save(std::string(70'000, 'x')).error().message, HasSubstr("65536"));
  for (const std::string by : {"", "  ", "a\nb", "\xFF"})
    EXPECT_EQ(save("Text.", by).error().kind, ErrorKind::invalid) << by;
  EXPECT_TRUE(versions().empty());
}

TEST_P(GuidelinesOfARepository, LoseNoTextWhereManyWriteAtOnce) {
  constexpr int writers = 6;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < writers; ++i)
      threads.emplace_back([&, i] { EXPECT_TRUE(save("Text " + std::to_string(i))); });
  }
  std::set<std::string> texts;
  for (const GuidelinesVersion& one : versions()) texts.insert(one.text);
  EXPECT_EQ(texts.size(), std::size_t{writers});
  EXPECT_EQ(current()->version, writers);
}

TEST_P(GuidelinesOfARepository, TakeTheLongestText) {
  const std::string text(scoring::guidelines_bytes_max, 'x');
  save(text);
  EXPECT_EQ(current()->text, text);
  save("");
  EXPECT_EQ(current()->text, "") << "as good as none";
}

}  // namespace
}  // namespace sextant::velocity
