// The people of an organisation. A person has one account, by e-mail, and a role in each
// organisation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secrets.hpp"
#include "base/time.hpp"
#include "db/connection.hpp"

namespace sextant::access {

enum class Role { owner, admin, member };
std::string_view name_of(Role role);
Result<Role> parse_role(std::string_view name);

struct Person {
  std::int64_t account = 0;
  std::string email;
  std::string name;
  Role role = Role::member;
  Instant since;
};

// Makes the account where there is none; `conflict` where the person belongs to the organisation
// already.
Result<Person> add_person(db::Connection& connection, std::int64_t organization,
                          std::string_view email, std::string_view name, Role role, Instant now);

// By e-mail, without regard to case; `not_found` where nobody of the organisation has it.
Result<Person> find_person(db::Connection& connection, std::int64_t organization,
                           std::string_view email);

// By e-mail.
Result<std::vector<Person>> list_people(db::Connection& connection, std::int64_t organization);

// Ends the membership; the account stays. The person's tokens are refused from now on.
Result<void> remove_person(db::Connection& connection, std::int64_t organization,
                           std::string_view email);

// What goes into a sign-in link: good once and for a day.
Result<Secret> create_sign_in_link(db::Connection& connection, std::int64_t organization,
                                   std::int64_t account, Instant now);

struct SignIn {
  std::int64_t organization = 0;
  std::int64_t account = 0;
};
// Uses the link up; `unauthorized` where it is unknown, used, or too old.
Result<SignIn> use_sign_in_link(db::Connection& connection, std::string_view secret, Instant now);

}  // namespace sextant::access
