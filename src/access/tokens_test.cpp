#include "access/tokens.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/people.hpp"
#include "testing/db_every_database.hpp"
#include "testing/fake_clock.hpp"

namespace sextant::access {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using testing::value_of;

class Tokens : public testing::EveryDatabase {
 protected:
  MintedToken create(std::int64_t organization, const NewToken& token) {
    MintedToken minted;
    value_of(database_->write([&](db::Connection& connection) -> Result<void> {
      minted = TRY(create_token(connection, organization, token, clock_.now()));
      return {};
    }));
    return minted;
  }
  Result<void> revoke(std::int64_t organization, std::int64_t id) {
    return database_->write([&](db::Connection& connection) {
      return revoke_token(connection, organization, id, clock_.now());
    });
  }
  std::vector<Token> list(std::int64_t organization) {
    return value_of(list_tokens(*value_of(database_->reader()), organization));
  }

  testing::FakeClock clock_;
};

SEXTANT_ON_EVERY_DATABASE(Tokens);

TEST_P(Tokens, AreShownOnceAndKeptAsAHash) {
  const auto minted = create(1, {.name = "etl", .created_by = {}});
  EXPECT_TRUE(is_well_formed_token(minted.secret.reveal(), velocity_token.prefix));
  auto reader = value_of(database_->reader());
  const auto kept =
      value_of(reader->row(db::Query("SELECT hash FROM tokens"),
                           [](const db::Row& row) { return std::string(row.blob(0)); }));
  const Hash hash = sha256(minted.secret.reveal());
  EXPECT_EQ(kept, std::string(hash.begin(), hash.end()));
}

TEST_P(Tokens, ExpireAsChosen) {
  const auto now = clock_.now();
  create(1, {.name = "a", .expiry = Expiry::in_90_days, .created_by = {}});
  create(1, {.name = "b", .created_by = {}});
  create(1, {.name = "c", .expiry = Expiry::never, .created_by = {}});
  EXPECT_THAT(list(1), ElementsAre(Field(&Token::expires_at, now + std::chrono::days{90}),
                                   Field(&Token::expires_at, now + std::chrono::days{365}),
                                   Field(&Token::expires_at, std::nullopt)));
  EXPECT_EQ(parse_expiry("90d"), Expiry::in_90_days);
  EXPECT_EQ(parse_expiry("1y"), Expiry::in_1_year);
  EXPECT_EQ(parse_expiry("never"), Expiry::never);
  EXPECT_EQ(parse_expiry("2y").error().kind, ErrorKind::invalid);
}

TEST_P(Tokens, AreListedForTheirOrganizationWithAllAboutThem) {
  std::int64_t account = 0;
  value_of(database_->write([&](db::Connection& connection) -> Result<void> {
    const Person person =
        TRY(add_person(connection, 1, "ada@example.com", "Ada", Role::admin, clock_.now()));
    account = person.account;
    return {};
  }));
  const auto minted = create(1, {.name = "  etl ", .created_by = account});
  create(2, {.name = "other", .created_by = {}});
  const auto used_at = clock_.now() + std::chrono::seconds{5};
  for (const auto at : {used_at, clock_.now()})
    value_of(database_->write(
        [&](db::Connection& connection) { return save_use(connection, {1, minted.id, at}); }));

  const auto tokens = list(1);
  ASSERT_EQ(tokens.size(), 1u);
  EXPECT_EQ(tokens[0].id, minted.id);
  EXPECT_EQ(tokens[0].name, "etl");
  EXPECT_EQ(tokens[0].created_by, "ada@example.com");
  EXPECT_EQ(tokens[0].scopes, "read");
  EXPECT_EQ(tokens[0].created_at, clock_.now());
  EXPECT_EQ(tokens[0].last_used_at, used_at);
  EXPECT_EQ(tokens[0].revoked_at, std::nullopt);
}

TEST_P(Tokens, AreRevokedByTheirOrganizationOnlyAndOnce) {
  const auto minted = create(1, {.name = "etl", .created_by = {}});
  EXPECT_EQ(revoke(2, minted.id).error().kind, ErrorKind::not_found);
  const auto first = clock_.now();
  value_of(revoke(1, minted.id));
  clock_.advance(std::chrono::hours{1});
  value_of(revoke(1, minted.id));
  EXPECT_EQ(list(1).at(0).revoked_at, first);
}

TEST_P(Tokens, NeedAName) {
  for (const auto& name : {std::string(" "), std::string(201, 'x')}) {
    const auto made = database_->write([&](db::Connection& connection) -> Result<void> {
      TRY(create_token(connection, 1, {.name = name, .created_by = {}}, clock_.now()));
      return {};
    });
    EXPECT_EQ(made.error().kind, ErrorKind::invalid);
  }
}

}  // namespace
}  // namespace sextant::access
