#include "leads/suppressions.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/ids.hpp"
#include "base/text.hpp"
#include "hooks/announcement.hpp"
#include "leads/erasure.hpp"
#include "leads/people.hpp"
#include "leads/public_id.hpp"

namespace sextant::leads {
namespace {

constexpr std::string_view names[] = {"login", "email", "domain", "org"};
constexpr std::size_t value_length_max = 255;

// What a value is compared as: "@Acme" is acme, "@acme.com" is acme.com.
std::string comparable(SuppressionKind kind, std::string_view value) {
  value = trim(value);
  if (kind != SuppressionKind::email && value.starts_with('@')) value.remove_prefix(1);
  return fold(value);
}

Result<void> check(SuppressionKind kind, std::string_view folded) {
  const bool has_at = folded.contains('@');
  const bool has_space = folded.find_first_of(" \t\r\n") != folded.npos;
  bool is_good = !folded.empty() && folded.size() <= value_length_max;
  std::string_view example;
  switch (kind) {
    case SuppressionKind::login:
      is_good = is_good && read_login(folded).has_value();
      example = "jdoe";
      break;
    case SuppressionKind::email:
      is_good = is_good && has_at && !has_space;
      example = "jane@example.com";
      break;
    case SuppressionKind::domain:
      is_good = is_good && folded.contains('.') && !has_at && !has_space &&
                folded.find_first_of("*/:") == folded.npos;
      example = "example.com";
      break;
    case SuppressionKind::org:
      example = "acme";
      break;
  }
  if (is_good) return {};
  return fail(ErrorKind::invalid, fmt::format("value takes a {} such as {}",
                                              names[static_cast<std::size_t>(kind)], example));
}

db::Query people_of(std::string_view columns, std::int64_t organization, SuppressionKind kind,
                    const std::string& folded) {
  db::Query query("SELECT ");
  query.append(columns).append(" FROM people AS p");
  query.where("p.organization = {}", organization);
  switch (kind) {
    case SuppressionKind::login:
      return query.where("p.login_folded = {}", folded);
    case SuppressionKind::email:
      return query.where("p.email_folded = {}", folded);
    case SuppressionKind::domain:
      // Characters that LIKE would read otherwise stand in no domain.
      return query.where("(p.email_domain = {} OR p.email_domain LIKE {})", folded, "%." + folded);
    case SuppressionKind::org:
      return query.where("p.company_key = {}", folded);
  }
  return query;
}

Result<void> hide(db::Connection& db, std::int64_t organization, SuppressionKind kind,
                  const std::string& folded) {
  const auto ids = TRY(db.rows(people_of("p.id", organization, kind, folded),
                               [](const db::Row& row) { return row.integer(0); }));
  for (const std::int64_t id : ids) {
    TRY(db.post(
        db::Query("UPDATE people SET is_suppressed = {} WHERE organization = {} AND id = {}", true,
                  organization, id)));
    TRY(hooks::erase_subject(db, organization, public_id(person_prefix, id)));
  }
  return {};
}

Result<void> show_again(db::Connection& db, std::int64_t organization, SuppressionKind kind,
                        const std::string& folded) {
  struct Affected {
    std::int64_t id;
    std::string login;
    PersonKeys keys;
  };
  const auto affected =
      TRY(db.rows(people_of("p.id, p.login, p.email_folded, p.email_domain, p.company_key",
                            organization, kind, folded),
                  [](const db::Row& row) {
                    return Affected{row.integer(0),
                                    std::string(row.text(1)),
                                    {.email_folded = std::string(row.text(2)),
                                     .email_domain = std::string(row.text(3)),
                                     .company_key = std::string(row.text(4)),
                                     .company_name = {},
                                     .search_text = {}}};
                  }));
  for (const Affected& person : affected) {
    const bool still = TRY(matches_suppression(db, organization, person.login, person.keys));
    TRY(db.post(
        db::Query("UPDATE people SET is_suppressed = {} WHERE organization = {} AND id = {}", still,
                  organization, person.id)));
  }
  return {};
}

}  // namespace

std::string_view to_text(SuppressionKind kind) {
  return names[static_cast<std::size_t>(kind)];
}

std::optional<SuppressionKind> suppression_kind(std::string_view text) {
  for (std::size_t i = 0; i < std::size(names); ++i)
    if (names[i] == text) return static_cast<SuppressionKind>(i);
  return std::nullopt;
}

Result<std::vector<Suppression>> list_suppressions(db::Connection& db, std::int64_t organization) {
  return db.rows(db::Query("SELECT id, kind, value, created_at FROM suppressions"
                           " WHERE organization = {} ORDER BY created_at, id",
                           organization),
                 [](const db::Row& row) {
                   return Suppression{.id = row.integer(0),
                                      .kind = static_cast<SuppressionKind>(row.integer(1)),
                                      .value = std::string(row.text(2)),
                                      .created_at = row.time(3)};
                 });
}

Result<Suppression> add_suppression(db::Connection& db, std::int64_t organization,
                                    SuppressionKind kind, std::string_view value, Instant now) {
  const std::string folded = comparable(kind, value);
  TRY(check(kind, folded));
  const auto there =
      TRY(db.row(db::Query("SELECT id FROM suppressions WHERE organization = {} AND kind = {}"
                           " AND value_folded = {}",
                           organization, kind, folded),
                 [](const db::Row& row) { return row.integer(0); }));
  if (there)
    return fail(ErrorKind::conflict,
                fmt::format("the {} {} is suppressed already", to_text(kind), value));
  Suppression made{
      .id = new_id(), .kind = kind, .value = valid_utf8(trim(value)), .created_at = now};
  TRY(db.execute(
      db::Query("INSERT INTO suppressions (organization, id, kind, value, value_folded, created_at)"
                " VALUES ({}, {}, {}, {}, {}, {})",
                organization, made.id, kind, made.value, folded, now)));
  TRY(hide(db, organization, kind, folded));
  return made;
}

Result<bool> remove_suppression(db::Connection& db, std::int64_t organization, std::int64_t id) {
  using Removed = std::pair<SuppressionKind, std::string>;
  const auto removed =
      TRY(db.row(db::Query("DELETE FROM suppressions WHERE organization = {} AND id = {}"
                           " RETURNING kind, value_folded",
                           organization, id),
                 [](const db::Row& row) {
                   return Removed(static_cast<SuppressionKind>(row.integer(0)), row.text(1));
                 }));
  if (!removed) return false;
  TRY(show_again(db, organization, removed->first, removed->second));
  return true;
}

Result<bool> matches_suppression(db::Connection& db, std::int64_t organization,
                                 std::string_view login, const PersonKeys& keys) {
  db::Query query("SELECT id FROM suppressions WHERE organization = {} AND (", organization);
  query.append("(kind = 0 AND value_folded = {})", fold(login));
  if (!keys.email_folded.empty())
    query.append(" OR (kind = 1 AND value_folded = {})", keys.email_folded);
  // A suppressed domain covers those below it.
  std::string_view domain = keys.email_domain;
  while (domain.contains('.')) {
    query.append(" OR (kind = 2 AND value_folded = {})", domain);
    domain.remove_prefix(domain.find('.') + 1);
  }
  if (!keys.company_key.empty())
    query.append(" OR (kind = 3 AND value_folded = {})", keys.company_key);
  query.append(") LIMIT 1");
  const auto found = TRY(db.row(query, [](const db::Row& row) { return row.integer(0); }));
  return found.has_value();
}

}  // namespace sextant::leads
