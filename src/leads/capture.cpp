#include "leads/capture.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/ids.hpp"
#include "base/text.hpp"
#include "leads/erasure.hpp"
#include "leads/signal_text.hpp"
#include "leads/suppressions.hpp"

namespace sextant::leads {
namespace {

bool may_see(std::int64_t organization, const forge::Event& event, const CaptureOrigin& origin) {
  if (origin.visible_to) return *origin.visible_to == organization;
  return !event.repository.is_private;
}

// Of a star: one for a person and a repository. Where the forge's number is unknown the name stands
// for it, as a negative number that no forge gives.
std::int64_t repository_act(const forge::Repository& repository) {
  if (repository.id != 0) return repository.id;
  const Hash hash = sha256(fold(repository.full_name));
  std::int64_t number = 0;
  for (std::size_t i = 0; i < 7; ++i) number = number << 8 | hash[i];
  return -1 - number;
}

bool is_writing(ActKind kind) {
  return !is_of_repository(kind) && kind != ActKind::code;
}

}  // namespace

// One event as it concerns one organisation.
struct Capture::Act {
  const forge::Event& event;
  ActKind kind = ActKind::star;
  std::int64_t number = 0;
  std::vector<std::string> keywords;
  std::string snippet;
};

// What is kept of an organisation while its events are added.
struct Capture::Account {
  Account(db::Connection& db, std::int64_t id, Quota loaded)
      : organization(id), quota(std::move(loaded)), forgery(db, id) {}

  struct Told {
    std::string_view event;
    Lead lead;
  };

  const std::int64_t organization;
  Quota quota;
  Forgery forgery;
  bool uses_quota = false;
  std::unordered_map<std::int64_t, std::optional<Person>> people;  // by forge id; nothing: refused
  std::unordered_map<std::int64_t, Profile> profiles;              // of new ones, by forge id
  std::set<std::int64_t> learned;  // tracked repositories whose forge id the store has by now
  std::vector<Told> told;
};

Capture::Capture(db::Connection& db, const Watched& watched, const Settings& settings,
                 const Hash& tombstone_key, Instant now)
    : db_(db), watched_(watched), settings_(settings), tombstone_key_(tombstone_key), now_(now) {}

Capture::~Capture() = default;

Result<void> Capture::add(const forge::Event& event, std::span<const KeywordMatch> matches,
                          const CaptureOrigin& origin) {
  if (event.kind == forge::EventKind::push) return {};
  if (event.kind == forge::EventKind::unstar || is_of_repository(*act_kind(event.kind)))
    return add_repository_act(event, origin);
  return add_keyword_matches(event, matches, origin);
}

Result<void> Capture::add_repository_act(const forge::Event& event, const CaptureOrigin& origin) {
  const auto watchers = watched_.watchers_of(event.repository);
  const bool is_unstar = event.kind == forge::EventKind::unstar;
  const Act act{.event = event,
                .kind = is_unstar ? ActKind::star : *act_kind(event.kind),
                .number = repository_act(event.repository),
                .keywords = {},
                .snippet = {}};
  std::vector<std::int64_t> done;
  for (const RepositoryWatcher& watcher : watchers) {
    if (!may_see(watcher.organization, event, origin)) continue;
    if (watcher.forge_id == 0 && event.repository.id != 0) {
      Account* const account = TRY(account_of(watcher.organization));
      if (account->learned.insert(watcher.id).second)
        TRY(Trackers(db_, watcher.organization).learn_forge_id(watcher.id, event.repository.id));
    }
    if (std::ranges::find(done, watcher.organization) != done.end()) continue;
    done.push_back(watcher.organization);
    if (is_unstar)
      TRY(take_back(watcher.organization, act));
    else
      TRY(capture(watcher.organization, act, origin));
  }
  return {};
}

Result<void> Capture::add_keyword_matches(const forge::Event& event,
                                          std::span<const KeywordMatch> matches,
                                          const CaptureOrigin& origin) {
  while (!matches.empty()) {
    const std::int64_t organization = matches.front().organization;
    const auto end = std::ranges::find_if(
        matches, [&](const KeywordMatch& match) { return match.organization != organization; });
    const auto mine = matches.first(static_cast<std::size_t>(end - matches.begin()));
    matches = matches.subspan(mine.size());
    if (!may_see(organization, event, origin)) continue;
    Act act{.event = event,
            .kind = *act_kind(event.kind),
            .number = event.act,
            .keywords = {},
            .snippet = snippet_of(event, mine.front())};
    for (const KeywordMatch& match : mine)
      if (const auto text = watched_.keyword_text(organization, match.keyword); !text.empty())
        act.keywords.emplace_back(text);
    if (!act.keywords.empty()) TRY(capture(organization, act, origin));
  }
  return {};
}

Result<void> Capture::capture(std::int64_t organization, const Act& act,
                              const CaptureOrigin& origin) {
  const forge::Account& actor = act.event.actor;
  if (actor.is_bot || actor.id == 0) {
    ++counts_.refused;
    return {};
  }
  Account* const account = TRY(account_of(organization));
  Person* const person = TRY(person_of(*account, act.event));
  if (!person || person->is_suppressed) {
    ++counts_.refused;
    return {};
  }
  auto known = TRY(LeadStore(db_, organization).find_act(person->id, act.kind, act.number));
  if (!known) return create(*account, *person, act, origin);
  if (is_writing(act.kind)) return join(*account, *std::move(known), act);
  ++counts_.unchanged;
  return {};
}

Result<void> Capture::create(Account& account, const Person& person, const Act& act,
                             const CaptureOrigin& origin) {
  const forge::Event& event = act.event;
  if (act.kind == ActKind::star) {
    const auto removed_at = TRY(db_.row(
        db::Query("SELECT removed_at FROM lead_removals WHERE organization = {} AND person = {}"
                  " AND kind = {} AND act = {}",
                  account.organization, person.id, act.kind, act.number),
        [](const db::Row& row) { return row.time(0); }));
    if (removed_at && event.occurred_at <= *removed_at) {
      ++counts_.unchanged;
      return {};
    }
  }
  auto profile = account.profiles.find(person.forge_id);
  if (profile == account.profiles.end()) {
    auto found = TRY(find_profile(db_, person.forge_id));
    profile = account.profiles.emplace(person.forge_id, found.value_or(Profile{})).first;
  }
  Lead lead{.id = new_id(),
            .state = account.quota.has_room() ? LeadState::shown : LeadState::over_quota,
            .captured_at = account.quota.next_captured_at(),
            .person = person.id,
            .forge_id = person.forge_id,
            .login = person.login,
            .profile = profile->second,
            .kind = act.kind,
            .act = act.number,
            .repository = event.repository.full_name,
            .keywords = act.keywords,
            .context = context_of(event),
            .url = url_of(event),
            .snippet = act.snippet,
            .evidence = no_evidence,
            .occurred_at = event.occurred_at,
            .captured_by = origin.path,
            .is_backfill = origin.is_backfill,
            .updated_at = now_};
  account.uses_quota = true;
  TRY(LeadStore(db_, account.organization).add(lead));
  if (lead.kind == ActKind::star) TRY(account.forgery.add_star(lead));
  ++counts_.created;
  if (lead.state == LeadState::over_quota) {
    ++counts_.over_quota;
    return {};
  }
  account.quota.count();
  if (!lead.is_backfill || settings_.announce_backfill)
    account.told.push_back({lead_created, std::move(lead)});
  return {};
}

Result<void> Capture::join(Account& account, Lead lead, const Act& act) {
  const auto before = lead.keywords.size();
  for (const std::string& keyword : act.keywords)
    if (std::ranges::find(lead.keywords, keyword) == lead.keywords.end())
      lead.keywords.push_back(keyword);
  if (lead.keywords.size() == before) {
    ++counts_.unchanged;
    return {};
  }
  lead.updated_at = now_;
  TRY(LeadStore(db_, account.organization).update(lead));
  ++counts_.updated;
  if (lead.state == LeadState::shown && (!lead.is_backfill || settings_.announce_backfill))
    account.told.push_back({lead_updated, std::move(lead)});
  return {};
}

Result<void> Capture::take_back(std::int64_t organization, const Act& act) {
  const forge::Event& event = act.event;
  if (!settings_.delete_on_unstar || event.actor.id == 0) return {};
  People people(db_, organization);
  auto person = TRY(people.find_account(event.actor.id));
  // The star may still be on its way.
  if (!person) {
    if (TRY(is_refused(organization, event.actor))) return {};
    person = TRY(people.add(event.actor.id, event.actor.login, event.occurred_at, {}, now_));
  }
  LeadStore store(db_, organization);
  auto lead = TRY(store.find_act(person->id, act.kind, act.number));
  // An unstar that comes late, after another star, takes nothing back.
  if (lead && lead->occurred_at > event.occurred_at) return {};
  TRY(db_.post(db::Query(
      "INSERT INTO lead_removals (organization, person, kind, act, removed_at)"
      " VALUES ({}, {}, {}, {}, {}) ON CONFLICT (organization, person, kind, act) DO UPDATE SET"
      " removed_at = excluded.removed_at WHERE lead_removals.removed_at < excluded.removed_at",
      organization, person->id, act.kind, act.number, event.occurred_at)));
  if (!lead) return {};
  TRY(store.remove(*lead));
  ++counts_.deleted;
  if (lead->state != LeadState::shown || person->is_suppressed) return {};
  Account* const account = TRY(account_of(organization));
  account->told.push_back({lead_deleted, *std::move(lead)});
  return {};
}

Result<Capture::Account*> Capture::account_of(std::int64_t organization) {
  auto& account = accounts_[organization];
  if (!account) {
    Quota quota = TRY(Quota::load(db_, organization, now_));
    account = std::make_unique<Account>(db_, organization, std::move(quota));
  }
  return account.get();
}

// Null for whom the organisation must not capture.
Result<Person*> Capture::person_of(Account& account, const forge::Event& event) {
  const forge::Account& actor = event.actor;
  const auto cached = account.people.find(actor.id);
  std::optional<Person> person;
  if (cached != account.people.end()) {
    if (!cached->second) return nullptr;
    person = cached->second;
  } else {
    person = TRY(People(db_, account.organization).find_account(actor.id));
  }
  if (!person) {
    if (TRY(is_refused(account.organization, actor))) {
      account.people.emplace(actor.id, std::nullopt);
      return nullptr;
    }
    auto found = TRY(find_profile(db_, actor.id));
    const Profile& profile =
        account.profiles.insert_or_assign(actor.id, found.value_or(Profile{})).first->second;
    person = TRY(People(db_, account.organization)
                     .add(actor.id, actor.login, event.occurred_at, profile, now_));
  } else if (person->login != actor.login && event.occurred_at > person->login_seen_at) {
    // Renamed: an older event, read later, does not bring the old name back.
    if (TRY(is_refused(account.organization, actor))) return nullptr;
    person->login = actor.login;
    person->login_seen_at = event.occurred_at;
    auto profile = TRY(find_profile(db_, actor.id));
    TRY(People(db_, account.organization).refresh(*person, profile.value_or(Profile{})));
  }
  return &*account.people.insert_or_assign(actor.id, std::move(person)).first->second;
}

// New here: erased before, or suppressed by login, so that not even a row is made.
Result<bool> Capture::is_refused(std::int64_t organization, const forge::Account& actor) {
  if (TRY(has_tombstone(db_, organization, tombstone_key_, actor.id, actor.login))) return true;
  return matches_suppression(db_, organization, actor.login, keys_of(actor.login, {}));
}

Result<CaptureCounts> Capture::finish() {
  for (auto& [organization, account] : accounts_) {
    TRY(account->forgery.finish());
    Announcer announcer(db_, organization, now_);
    for (Account::Told& told : account->told) {
      told.lead.evidence |= account->forgery.evidence_of(told.lead);
      TRY(announcer.tell(told.event, told.lead));
    }
    if (!account->uses_quota) continue;
    if (account->quota.must_announce()) TRY(announcer.tell_quota_reached(account->quota));
    TRY(account->quota.save(db_));
  }
  return counts_;
}

}  // namespace sextant::leads
