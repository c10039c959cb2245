#include "access/people.hpp"

#include <array>

#include <fmt/format.h>

#include "access/hash_value.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"

namespace sextant::access {
namespace {

constexpr std::array<std::string_view, 3> role_names{"owner", "admin", "member"};
constexpr std::string_view link_prefix = "gv_link_";
constexpr auto link_lifetime = std::chrono::hours{24};

constexpr std::string_view columns =
    "SELECT a.id, a.email, a.name, m.role, m.created_at FROM memberships m JOIN accounts a ON a.id "
    "= m.account";

Person read_person(const db::Row& row) {
  return {.account = row.integer(0),
          .email = std::string(row.text(1)),
          .name = std::string(row.text(2)),
          .role = parse_role(row.text(3)).value_or(Role::member),
          .since = row.time(4)};
}

// Not whether mail arrives there, only whether it could be an address at all.
Result<std::string> check_email(std::string_view email) {
  email = trim(email);
  const auto at = email.find('@');
  const bool is_good = at != email.npos && at > 0 && at + 1 < email.size() &&
                       email.find('@', at + 1) == email.npos && email.size() <= 254 &&
                       email.find_first_of(" \t\r\n\"<>,;") == email.npos &&
                       valid_utf8(email) == email;
  if (is_good) return std::string(email);
  return fail(ErrorKind::invalid, fmt::format("\"{}\" is no e-mail address", email));
}

// The account of this address, made where there is none.
Result<std::int64_t> account_of(db::Connection& connection, const std::string& email,
                                std::string_view name, Instant now) {
  TRY(connection.execute(
      db::Query("INSERT INTO accounts (id, email_folded, email, name, created_at) VALUES ({}, {}, "
                "{}, {}, {}) "
                "ON CONFLICT (email_folded) DO NOTHING",
                new_id(), fold(email), email, name.empty() ? email : name, now)));
  const auto id =
      TRY(connection.row(db::Query("SELECT id FROM accounts WHERE email_folded = {}", fold(email)),
                         [](const db::Row& row) { return row.integer(0); }));
  if (!id) return fail(ErrorKind::internal, "the account just made is missing");
  return *id;
}

}  // namespace

std::string_view name_of(Role role) {
  return role_names[static_cast<std::size_t>(role)];
}

Result<Role> parse_role(std::string_view name) {
  for (std::size_t i = 0; i < role_names.size(); ++i)
    if (role_names[i] == name) return static_cast<Role>(i);
  return fail(ErrorKind::invalid,
              fmt::format("\"{}\" is no role; it is owner, admin or member", name));
}

Result<Person> add_person(db::Connection& connection, std::int64_t organization,
                          std::string_view email, std::string_view name, Role role, Instant now) {
  const std::string address = TRY(check_email(email));
  const std::int64_t account = TRY(account_of(connection, address, name, now));
  const auto joined = TRY(connection.execute(db::Query(
      "INSERT INTO memberships (organization, account, role, created_at) VALUES ({}, {}, {}, {}) "
      "ON CONFLICT (organization, account) DO NOTHING",
      organization, account, name_of(role), now)));
  if (joined == 0)
    return fail(ErrorKind::conflict,
                fmt::format("{} belongs to the organization already", address));
  return find_person(connection, organization, address);
}

Result<Person> find_person(db::Connection& connection, std::int64_t organization,
                           std::string_view email) {
  db::Query query(columns);
  query.where("m.organization = {}", organization).where("a.email_folded = {}", fold(trim(email)));
  auto person = TRY(connection.row(query, read_person));
  if (!person)
    return fail(ErrorKind::not_found,
                fmt::format("nobody in the organization has the address {}", email));
  return *std::move(person);
}

Result<std::vector<Person>> list_people(db::Connection& connection, std::int64_t organization) {
  db::Query query(columns);
  query.where("m.organization = {}", organization).append(" ORDER BY a.email_folded");
  return connection.rows(query, read_person);
}

Result<void> remove_person(db::Connection& connection, std::int64_t organization,
                           std::string_view email) {
  const Person person = TRY(find_person(connection, organization, email));
  TRY(connection.execute(
      db::Query("DELETE FROM memberships WHERE organization = {} AND account = {}", organization,
                person.account)));
  return {};
}

Result<Secret> create_sign_in_link(db::Connection& connection, std::int64_t organization,
                                   std::int64_t account, Instant now) {
  Secret secret(new_token(link_prefix));
  TRY(connection.execute(db::Query(
      "INSERT INTO sign_in_links (hash, account, organization, expires_at) VALUES ({}, {}, {}, {})",
      hash_value(secret.reveal()), account, organization, now + link_lifetime)));
  return secret;
}

Result<SignIn> use_sign_in_link(db::Connection& connection, std::string_view secret, Instant now) {
  std::optional<SignIn> used;
  if (is_well_formed_token(secret, link_prefix))
    used = TRY(connection.row(
        db::Query("UPDATE sign_in_links SET used_at = {} WHERE hash = {} AND used_at IS NULL AND "
                  "expires_at > {} RETURNING organization, account",
                  now, hash_value(secret), now),
        [](const db::Row& row) { return SignIn{row.integer(0), row.integer(1)}; }));
  if (!used)
    return fail(ErrorKind::unauthorized,
                "this sign-in link is used up or too old; ask for another");
  return *used;
}

}  // namespace sextant::access
