#include "access/people.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/db_every_database.hpp"
#include "testing/fake_clock.hpp"

namespace sextant::access {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using testing::value_of;

class People : public testing::EveryDatabase {
 protected:
  template <typename Work>
  auto write(Work work) {
    decltype(work(std::declval<db::Connection&>())) outcome = fail(ErrorKind::internal, "not run");
    const auto written = database_->write([&](db::Connection& connection) -> Result<void> {
      outcome = work(connection);
      if (!outcome) return std::unexpected(outcome.error());
      return {};
    });
    if (!written && outcome) outcome = std::unexpected(written.error());
    return outcome;
  }
  Result<Person> add(std::int64_t organization, std::string_view email, Role role = Role::member) {
    return write([&](db::Connection& c) {
      return add_person(c, organization, email, "", role, clock_.now());
    });
  }
  Result<void> remove(std::int64_t organization, std::string_view email) {
    return write([&](db::Connection& c) { return remove_person(c, organization, email); });
  }
  db::Lease reader() { return value_of(database_->reader()); }

  testing::FakeClock clock_;
};

SEXTANT_ON_EVERY_DATABASE(People);

TEST_P(People, HaveARoleInTheirOrganizationOnly) {
  value_of(add(1, "ada@example.com", Role::owner));
  const auto found = value_of(find_person(*reader(), 1, "ada@example.com"));
  EXPECT_EQ(found.role, Role::owner);
  EXPECT_EQ(found.name, "ada@example.com");
  EXPECT_EQ(found.since, clock_.now());
  EXPECT_EQ(find_person(*reader(), 2, "ada@example.com").error().kind, ErrorKind::not_found);
}

TEST_P(People, AreTheSameInEveryOrganizationWhateverTheCaseOfTheAddress) {
  const auto here = value_of(add(1, "Ada@Example.com"));
  const auto there = value_of(add(2, " ada@example.COM "));
  EXPECT_EQ(here.account, there.account);
  EXPECT_EQ(there.email, "Ada@Example.com");
}

TEST_P(People, JoinOnce) {
  value_of(add(1, "ada@example.com"));
  EXPECT_EQ(add(1, "ADA@example.com", Role::owner).error().kind, ErrorKind::conflict);
  EXPECT_EQ(value_of(find_person(*reader(), 1, "ada@example.com")).role, Role::member);
}

TEST_P(People, AreListedByAddressForOneOrganization) {
  value_of(add(1, "grace@example.com"));
  value_of(add(1, "ada@example.com"));
  value_of(add(2, "linus@example.com"));
  EXPECT_THAT(value_of(list_people(*reader(), 1)),
              ElementsAre(Field(&Person::email, "ada@example.com"),
                          Field(&Person::email, "grace@example.com")));
}

TEST_P(People, MayLeaveOneOrganizationAndComeBack) {
  const auto before = value_of(add(1, "ada@example.com"));
  value_of(add(2, "ada@example.com"));
  value_of(remove(1, "Ada@example.com"));
  EXPECT_EQ(remove(1, "ada@example.com").error().kind, ErrorKind::not_found);
  EXPECT_TRUE(find_person(*reader(), 2, "ada@example.com"));
  EXPECT_EQ(value_of(add(1, "ada@example.com")).account, before.account);
}

TEST_P(People, NeedAnAddress) {
  for (const std::string_view email :
       {"", "ada", "@example.com", "ada@", "a@b@c", "a b@c", "a\n@b", "<a@b>", "\xff@b"})
    EXPECT_EQ(add(1, email).error().kind, ErrorKind::invalid) << email;
}

TEST_P(People, HaveOneOfThreeRoles) {
  for (const Role role : {Role::owner, Role::admin, Role::member})
    EXPECT_EQ(value_of(parse_role(name_of(role))), role);
  EXPECT_EQ(parse_role("king").error().kind, ErrorKind::invalid);
}

TEST_P(People, SignInWithALinkOnce) {
  const auto person = value_of(add(1, "ada@example.com"));
  const auto secret = value_of(write(
      [&](db::Connection& c) { return create_sign_in_link(c, 1, person.account, clock_.now()); }));
  const auto use = [&](std::string_view text) {
    return write([&](db::Connection& c) { return use_sign_in_link(c, text, clock_.now()); });
  };
  EXPECT_EQ(use("gv_link_wrong").error().kind, ErrorKind::unauthorized);
  const auto signed_in = value_of(use(secret.reveal()));
  EXPECT_EQ(signed_in.organization, 1);
  EXPECT_EQ(signed_in.account, person.account);
  EXPECT_EQ(use(secret.reveal()).error().kind, ErrorKind::unauthorized);
}

TEST_P(People, SignInWithALinkForADay) {
  const auto secret = value_of(
      write([&](db::Connection& c) { return create_sign_in_link(c, 1, 7, clock_.now()); }));
  clock_.advance(std::chrono::hours{24});
  EXPECT_EQ(
      write([&](db::Connection& c) { return use_sign_in_link(c, secret.reveal(), clock_.now()); })
          .error()
          .kind,
      ErrorKind::unauthorized);
}

}  // namespace
}  // namespace sextant::access
