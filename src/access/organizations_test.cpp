#include "access/organizations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/db_every_database.hpp"
#include "testing/fake_clock.hpp"

namespace sextant::access {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using testing::value_of;

class Organizations : public testing::EveryDatabase {
 protected:
  Result<Organization> create(std::string_view slug, std::string_view name = "") {
    Organization made;
    const auto written = database_->write([&](db::Connection& connection) -> Result<void> {
      made = TRY(create_organization(connection, slug, name, {}, clock_.now()));
      return {};
    });
    if (!written) return std::unexpected(written.error());
    return made;
  }
  Result<void> remove(std::int64_t id) {
    return database_->write([&](db::Connection& connection) {
      return remove_organization(connection, id, clock_.now());
    });
  }
  db::Lease reader() { return value_of(database_->reader()); }

  testing::FakeClock clock_;
};

SEXTANT_ON_EVERY_DATABASE(Organizations);

TEST_P(Organizations, AreFoundBySlugAndId) {
  const auto made = value_of(create("acme", "Acme Co"));
  for (const auto& found : {value_of(find_organization(*reader(), "acme")),
                            value_of(find_organization(*reader(), made.id))}) {
    EXPECT_EQ(found.id, made.id);
    EXPECT_EQ(found.public_id, made.public_id);
    EXPECT_EQ(found.name, "Acme Co");
    EXPECT_EQ(found.plan, std::nullopt);
    EXPECT_EQ(found.created_at, clock_.now());
  }
  EXPECT_EQ(find_organization(*reader(), "nobody").error().kind, ErrorKind::not_found);
  EXPECT_EQ(find_organization(*reader(), 99).error().kind, ErrorKind::not_found);
}

TEST_P(Organizations, AreNamedByTheirSlugWhereNothingElseIsSaid) {
  EXPECT_EQ(value_of(create("acme")).name, "acme");
}

TEST_P(Organizations, HaveIdsOfTheirOwn) {
  const auto a = value_of(create("aa"));
  value_of(remove(a.id));
  const auto b = value_of(create("aa"));
  EXPECT_NE(a.id, b.id);
  EXPECT_NE(a.public_id, b.public_id);
}

TEST_P(Organizations, AreListedBySlugWithoutTheDeleted) {
  value_of(create("bb"));
  const auto gone = value_of(create("cc"));
  value_of(create("aa"));
  value_of(remove(gone.id));
  EXPECT_THAT(value_of(list_organizations(*reader())),
              ElementsAre(Field(&Organization::slug, "aa"), Field(&Organization::slug, "bb")));
  EXPECT_EQ(find_organization(*reader(), "cc").error().kind, ErrorKind::not_found);
  EXPECT_EQ(remove(gone.id).error().kind, ErrorKind::not_found);
}

TEST_P(Organizations, RefuseATakenSlug) {
  value_of(create("acme"));
  const auto again = create("acme");
  EXPECT_EQ(again.error().kind, ErrorKind::conflict);
  EXPECT_THAT(again.error().message, HasSubstr("acme"));
}

TEST_P(Organizations, TakeSlugsThatFitIntoAnUrl) {
  for (const std::string slug : {"ab", "a-b", "0x", "a--b"}) EXPECT_TRUE(check_slug(slug)) << slug;
  EXPECT_TRUE(check_slug(std::string(39, 'a')));
  for (const std::string slug :
       {"", "a", "-ab", "ab-", "Acme", "a b", "a_b", "a/b", "\xc3\xa4\xc3\xb6"})
    EXPECT_EQ(check_slug(slug).error().kind, ErrorKind::invalid) << slug;
  EXPECT_FALSE(check_slug(std::string(40, 'a')));
  EXPECT_EQ(create("No").error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace sextant::access
