#include "leads/erasure.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "base/text.hpp"
#include "hooks/announcement.hpp"
#include "leads/idempotency.hpp"
#include "leads/lead_store.hpp"
#include "leads/people.hpp"
#include "leads/public_id.hpp"

namespace sextant::leads {
namespace {

constexpr std::size_t login_length_max = 100;

constexpr int retention_days_max = 3650;
constexpr int slice = 500;
constexpr std::int64_t star_hours_kept = 30 * 24;

db::Blob tombstone(const Hash& key, std::string_view what) {
  const Hash hash = hmac_sha256({reinterpret_cast<const char*>(key.data()), key.size()}, what);
  return {{hash.begin(), hash.end()}};
}

db::Blob tombstone_of_id(const Hash& key, std::int64_t forge_id) {
  return tombstone(key, "id " + std::to_string(forge_id));
}

db::Blob tombstone_of_login(const Hash& key, std::string_view login) {
  return tombstone(key, "login " + fold(login));
}

Result<void> bury(db::Connection& db, std::int64_t organization, const db::Blob& hash,
                  Instant now) {
  return db.post(
      db::Query("INSERT INTO tombstones (organization, hash, erased_at) VALUES ({}, {}, {})"
                " ON CONFLICT (organization, hash) DO NOTHING",
                organization, hash, now));
}

// The cache is everybody's: another organisation's lead keeps its profile.
Result<std::int64_t> remove_profile(db::Connection& db, std::int64_t forge_id) {
  const auto others =
      TRY(db.row(db::Query("SELECT COUNT(*) FROM people WHERE forge_id = {}", forge_id),
                 [](const db::Row& row) { return row.integer(0); }));
  if (others.value_or(0) > 0) return 0;
  return db.execute(db::Query("DELETE FROM lead_profiles WHERE forge_id = {}", forge_id));
}

Result<void> remove_person(db::Connection& db, std::int64_t organization, const Person& person,
                           Erased& erased) {
  erased.leads += TRY(LeadStore(db, organization).remove_of_person(person.id));
  erased.deliveries +=
      TRY(hooks::erase_subject(db, organization, public_id(person_prefix, person.id)));
  TRY(People(db, organization).remove(person.id));
  erased.profiles += TRY(remove_profile(db, person.forge_id));
  ++erased.people;
  return {};
}

Result<std::int64_t> purge_old_leads(db::Connection& db, std::int64_t organization, Instant now) {
  const auto days = TRY(read_retention(db, organization));
  if (!days) return 0;
  const Instant until = now - std::chrono::days{*days};
  struct Old {
    std::int64_t id;
    std::int64_t person;
  };
  const auto old = TRY(
      db.rows(db::Query("SELECT id, person FROM leads WHERE organization = {} AND state IN (0, 1)"
                        " AND captured_at < {} LIMIT {}",
                        organization, until, slice),
              [](const db::Row& row) { return Old{row.integer(0), row.integer(1)}; }));
  Erased erased;
  for (const Old& lead : old) {
    TRY(db.execute(
        db::Query("DELETE FROM leads WHERE organization = {} AND id = {}", organization, lead.id)));
    const auto left =
        TRY(db.row(db::Query("SELECT COUNT(*) FROM leads WHERE organization = {} AND person = {}",
                             organization, lead.person),
                   [](const db::Row& row) { return row.integer(0); }));
    if (left.value_or(0) > 0) continue;
    const auto person = TRY(People(db, organization).find(lead.person));
    if (person) TRY(remove_person(db, organization, *person, erased));
  }
  return std::ssize(old);
}

}  // namespace

Result<Erased> erase_person(db::Connection& db, std::int64_t organization, std::string_view login,
                            const Hash& tombstone_key, const EraseEvents& erase_events,
                            Instant now) {
  Erased erased;
  TRY(bury(db, organization, tombstone_of_login(tombstone_key, login), now));
  const auto people = TRY(People(db, organization).named(login));
  for (const Person& person : people) {
    TRY(bury(db, organization, tombstone_of_id(tombstone_key, person.forge_id), now));
    TRY(remove_person(db, organization, person, erased));
    erased.events += TRY(erase_events(db, organization, person.forge_id, person.login));
  }
  if (people.empty()) erased.events = TRY(erase_events(db, organization, 0, login));
  erased.answers = TRY(forget_personal_answers(db, organization));
  return erased;
}

Result<std::string> read_login(std::string_view text) {
  text = trim(text);
  if (text.starts_with('@')) text.remove_prefix(1);
  const bool is_good =
      !text.empty() && text.size() <= login_length_max &&
      std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '[' || c == ']';
      });
  if (is_good) return std::string(text);
  return fail(ErrorKind::invalid, "login takes a person's login, such as jdoe");
}

Result<bool> has_tombstone(db::Connection& db, std::int64_t organization, const Hash& tombstone_key,
                           std::int64_t forge_id, std::string_view login) {
  const auto found = TRY(db.row(db::Query("SELECT erased_at FROM tombstones WHERE organization = {}"
                                          " AND hash IN ({}, {}) LIMIT 1",
                                          organization, tombstone_of_id(tombstone_key, forge_id),
                                          tombstone_of_login(tombstone_key, login)),
                                [](const db::Row& row) { return row.integer(0); }));
  return found.has_value();
}

Result<bool> is_erased_anywhere(db::Connection& db, const Hash& tombstone_key,
                                std::int64_t forge_id, std::string_view login) {
  const auto found = TRY(db.row(
      db::Query("SELECT erased_at FROM tombstones WHERE hash IN ({}, {}) LIMIT 1",
                tombstone_of_id(tombstone_key, forge_id), tombstone_of_login(tombstone_key, login)),
      [](const db::Row& row) { return row.integer(0); }));
  return found.has_value();
}

Result<void> set_retention(db::Connection& db, std::int64_t organization, std::optional<int> days) {
  if (days && (*days < 1 || *days > retention_days_max))
    return fail(ErrorKind::invalid, "retention takes 1 to 3650 days, or none");
  return db.post(
      db::Query("INSERT INTO lead_accounts (organization, last_captured_at, retention_days)"
                " VALUES ({}, 0, {}) ON CONFLICT (organization) DO UPDATE SET"
                " retention_days = excluded.retention_days",
                organization, days));
}

Result<std::optional<int>> read_retention(db::Connection& db, std::int64_t organization) {
  const auto days = TRY(db.row(
      db::Query("SELECT retention_days FROM lead_accounts WHERE organization = {}", organization),
      [](const db::Row& row) { return row.integer_or_null(0); }));
  if (!days || !*days) return std::nullopt;
  return static_cast<int>(**days);
}

Result<std::int64_t> purge(db::Connection& db, std::int64_t organization, Instant now) {
  std::int64_t removed = TRY(purge_old_leads(db, organization, now));
  removed += TRY(forget_old_answers(db, organization, now));
  const std::int64_t hour = unix_ms(now) / 3'600'000;
  removed +=
      TRY(db.execute(db::Query("DELETE FROM star_hours WHERE organization = {} AND hour < {}",
                               organization, hour - star_hours_kept)));
  return removed;
}

}  // namespace sextant::leads
