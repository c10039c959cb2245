#include "leads/people.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"
#include "leads/suppressions.hpp"

namespace sextant::leads {
namespace {

constexpr std::string_view columns =
    "SELECT id, forge_id, login, login_seen_at, is_suppressed, company_key FROM people";

Person read_person(const db::Row& row) {
  return {.id = row.integer(0),
          .forge_id = row.integer(1),
          .login = std::string(row.text(2)),
          .login_seen_at = row.time(3),
          .is_suppressed = row.boolean(4),
          .company_key = std::string(row.text(5))};
}

}  // namespace

Result<std::optional<Person>> People::find(std::int64_t id) {
  db::Query query(columns);
  query.where("organization = {}", organization_).where("id = {}", id);
  return db_.row(query, read_person);
}

Result<std::optional<Person>> People::find_account(std::int64_t forge_id) {
  db::Query query(columns);
  query.where("organization = {}", organization_).where("forge_id = {}", forge_id);
  return db_.row(query, read_person);
}

Result<std::vector<Person>> People::named(std::string_view login) {
  db::Query query(columns);
  query.where("organization = {}", organization_).where("login_folded = {}", fold(login));
  return db_.rows(query, read_person);
}

Result<Person> People::add(std::int64_t forge_id, std::string_view login, Instant login_seen_at,
                           const Profile& profile, Instant now) {
  const PersonKeys keys = keys_of(login, profile);
  const bool is_suppressed = TRY(matches_suppression(db_, organization_, login, keys));
  Person person{.id = new_id(),
                .forge_id = forge_id,
                .login = std::string(login),
                .login_seen_at = login_seen_at,
                .is_suppressed = is_suppressed,
                .company_key = keys.company_key};
  TRY(db_.post(db::Query(
      "INSERT INTO people (organization, id, forge_id, login, login_folded, login_seen_at,"
      " email_folded, email_domain, company_key, company_name, search_text, is_suppressed,"
      " first_seen_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
      organization_, person.id, forge_id, login, fold(login), login_seen_at, keys.email_folded,
      keys.email_domain, keys.company_key, keys.company_name, keys.search_text, is_suppressed,
      now)));
  return person;
}

Result<void> People::refresh(Person& person, const Profile& profile) {
  const PersonKeys keys = keys_of(person.login, profile);
  person.is_suppressed = TRY(matches_suppression(db_, organization_, person.login, keys));
  person.company_key = keys.company_key;
  return db_.post(db::Query(
      "UPDATE people SET login = {}, login_folded = {}, login_seen_at = {}, email_folded = {},"
      " email_domain = {}, company_key = {}, company_name = {}, search_text = {},"
      " is_suppressed = {} WHERE organization = {} AND id = {}",
      person.login, fold(person.login), person.login_seen_at, keys.email_folded, keys.email_domain,
      keys.company_key, keys.company_name, keys.search_text, person.is_suppressed, organization_,
      person.id));
}

Result<void> People::remove(std::int64_t id) {
  return db_.post(
      db::Query("DELETE FROM people WHERE organization = {} AND id = {}", organization_, id));
}

}  // namespace sextant::leads
