#include "leads/enrichment.hpp"

#include "hooks/announcement.hpp"
#include "leads/announcements.hpp"
#include "leads/lead_store.hpp"
#include "leads/people.hpp"
#include "leads/public_id.hpp"

namespace sextant::leads {
namespace {

constexpr int leads_told_max = 100;  // of one person in one organisation

Result<void> enrich(db::Connection& db, std::int64_t organization, std::int64_t forge_id,
                    const Profile& profile, Instant now) {
  auto person = TRY(People(db, organization).find_account(forge_id));
  if (!person) return {};
  TRY(People(db, organization).refresh(*person, profile));
  if (person->is_suppressed) {
    // What is known now shows that the person is to be left alone.
    TRY(hooks::erase_subject(db, organization, public_id(person_prefix, person->id)));
    return {};
  }
  LeadStore store(db, organization);
  TRY(store.touch_person(person->id, now));
  Announcer announcer(db, organization, now);
  for (const Lead& lead : TRY(store.of_person(person->id, leads_told_max)))
    TRY(announcer.tell(lead_enriched, lead));
  return {};
}

}  // namespace

Result<void> save_profile(db::Connection& db, std::int64_t forge_id, const Profile& profile,
                          Instant now) {
  const auto before = TRY(find_profile(db, forge_id));
  TRY(store_profile(db, forge_id, profile, now));
  if (before == profile) return {};
  const auto organizations =
      TRY(db.rows(db::Query("SELECT organization FROM people WHERE forge_id = {}", forge_id),
                  [](const db::Row& row) { return row.integer(0); }));
  for (const std::int64_t organization : organizations)
    TRY(enrich(db, organization, forge_id, profile, now));
  return {};
}

}  // namespace sextant::leads
