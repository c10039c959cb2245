#include "velocity/identities.hpp"

#include <gtest/gtest.h>

#include "testing/db_every_database.hpp"
#include "velocity/directory.hpp"

namespace sextant::velocity {
namespace {

using testing::value_of;

class Identities : public testing::EveryDatabase {
 protected:
  static constexpr std::int64_t organization = 1;
  static constexpr std::int64_t repository = 7;

  std::int64_t seen(const std::string& name, const std::string& email,
                    const std::string& login = "", const forge::Mailmap& mailmap = {}) {
    std::int64_t id = 0;
    value_of(database->write([&](db::Connection& db) -> Result<void> {
      IdentityStore store(db, organization);
      id =
          TRY(store.ensure({.name = name, .email = email, .login = login, .is_bot = false}, mailmap,
                           {repository, "https://github.com/acme/api", from_unix_ms(1000)}));
      return {};
    }));
    return id;
  }
  void apply(const std::string& mailmap) {
    value_of(database->write([&](db::Connection& db) -> Result<void> {
      return IdentityStore(db, organization)
          .apply(forge::Mailmap(mailmap), {repository, "", from_unix_ms(1000)});
    }));
  }
  std::shared_ptr<const Directory> directory() {
    const auto reader = value_of(database->reader());
    return value_of(Directory::load(*reader, organization));
  }
  std::string username(std::int64_t identity) {
    return directory()->contributor_of(identity)->username;
  }

  testing::AnyDatabase& database = database_;
};

SEXTANT_ON_EVERY_DATABASE(Identities);

TEST_P(Identities, AreOnePerAddressWhateverItsCase) {
  EXPECT_EQ(seen("Alice", "alice@example.com"), seen("Alice E.", "Alice@Example.COM"));
  EXPECT_EQ(directory()->contributors().size(), 1u);
}

TEST_P(Identities, GiveANameMadeFromAnAddressASuffixWhenItIsTaken) {
  const auto first = seen("Alice", "alice@example.com");
  const auto second = seen("Alice Other", "alice@example.org");
  EXPECT_EQ(username(first), "alice");
  EXPECT_EQ(username(second).substr(0, 6), "alice-");
  EXPECT_EQ(username(second).size(), 12u);
}

TEST_P(Identities, LetALoginTakeItsName) {
  const auto derived = seen("Alice", "alice@example.com");
  const auto account = seen("Alice A.", "1+alice@users.noreply.github.com", "alice");
  EXPECT_EQ(username(account), "alice");
  EXPECT_EQ(username(derived).substr(0, 6), "alice-");
  EXPECT_EQ(directory()->contributor_of(account)->profile_url, "https://github.com/alice");
  EXPECT_EQ(directory()->contributor_of(derived)->profile_url, std::nullopt);
}

TEST_P(Identities, AreMappedByTheMailmapFromTheBeginning) {
  const forge::Mailmap mailmap("Alice Example <alice@work.com> <alice@home.com>\n");
  const auto home = seen("alice", "alice@home.com", "", mailmap);
  const auto work = seen("Alice Example", "alice@work.com", "", mailmap);
  EXPECT_NE(home, work);
  EXPECT_EQ(username(home), username(work));
  EXPECT_EQ(directory()->contributors().size(), 1u);
}

TEST_P(Identities, FollowAMailmapThatChangesAndComeBackWhenItDoes) {
  const auto home = seen("ali", "ali@home.com");
  const auto work = seen("Alice Example", "alice@work.com");
  EXPECT_EQ(directory()->contributors().size(), 2u);

  apply("Alice Q. Example <alice@work.com> <ali@home.com>\n");
  ASSERT_EQ(directory()->contributors().size(), 1u);
  EXPECT_EQ(username(home), "alice");
  EXPECT_EQ(directory()->contributor_of(work)->display_name, "Alice Q. Example");
  ASSERT_NE(directory()->contributor_named("ali"), nullptr) << "the former name keeps resolving";
  EXPECT_EQ(directory()->contributor_named("ali")->username, "alice");

  apply("");
  EXPECT_EQ(directory()->contributors().size(), 2u);
  EXPECT_EQ(username(home), "ali");
  EXPECT_EQ(username(work), "alice");
}

TEST_P(Identities, WithoutAnAddressAreKnownByLoginOrName) {
  EXPECT_EQ(username(seen("", "", "octocat")), "octocat");
  EXPECT_EQ(username(seen("Some Body", "")), "Some-Body");
  EXPECT_EQ(seen("Some Body", ""), seen("some body", ""));
}

}  // namespace
}  // namespace sextant::velocity
