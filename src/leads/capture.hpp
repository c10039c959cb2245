// From what happened at a forge to leads: stars and forks of tracked repositories, and what meets a
// keyword.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "forge/event.hpp"
#include "leads/announcements.hpp"
#include "leads/forgery.hpp"
#include "leads/lead_store.hpp"
#include "leads/people.hpp"
#include "leads/quota.hpp"
#include "leads/settings.hpp"
#include "leads/watched.hpp"

namespace sextant::leads {

struct CaptureOrigin {
  CapturePath path = CapturePath::webhook;
  bool is_backfill = false;
  // Whose event it is; nothing: it is public. A private repository's reaches nobody then.
  std::optional<std::int64_t> visible_to;
};

struct CaptureCounts {
  std::int64_t created = 0;  // over quota included
  std::int64_t over_quota = 0;
  std::int64_t updated = 0;    // another keyword joined
  std::int64_t deleted = 0;    // a star was taken back
  std::int64_t unchanged = 0;  // the lead was there already
  std::int64_t refused = 0;    // bots, suppressed and erased people
};

// Captures any number of events in one write transaction: add each, then finish. What is handed
// over twice changes nothing and announces nothing.
class Capture {
 public:
  // `watched` is as the events were matched, and outlives this.
  Capture(db::Connection& db, const Watched& watched, const Settings& settings,
          const Hash& tombstone_key, Instant now);
  ~Capture();

  // `matches` by organisation, as the matcher gives them.
  Result<void> add(const forge::Event& event, std::span<const KeywordMatch> matches,
                   const CaptureOrigin& origin);
  // Saves what is kept per organisation, and announces.
  Result<CaptureCounts> finish();

 private:
  struct Act;
  struct Account;

  Result<void> add_repository_act(const forge::Event& event, const CaptureOrigin& origin);
  Result<void> add_keyword_matches(const forge::Event& event, std::span<const KeywordMatch> matches,
                                   const CaptureOrigin& origin);
  Result<void> capture(std::int64_t organization, const Act& act, const CaptureOrigin& origin);
  Result<void> create(Account& account, const Person& person, const Act& act,
                      const CaptureOrigin& origin);
  Result<void> join(Account& account, Lead lead, const Act& act);
  Result<void> take_back(std::int64_t organization, const Act& act);

  Result<Account*> account_of(std::int64_t organization);
  Result<Person*> person_of(Account& account, const forge::Event& event);
  Result<bool> is_refused(std::int64_t organization, const forge::Account& actor);

  db::Connection& db_;
  const Watched& watched_;
  const Settings& settings_;
  const Hash& tombstone_key_;
  const Instant now_;
  std::map<std::int64_t, std::unique_ptr<Account>> accounts_;
  CaptureCounts counts_;
};

}  // namespace sextant::leads
