// The leads of an organisation: the SQL, and the only file that knows the columns.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "leads/lead.hpp"

namespace sextant::leads {

// The last row of a page: the next one starts strictly after it.
struct LeadPosition {
  Instant captured_at;
  std::int64_t id = 0;
};

struct LeadFilter {
  std::span<const ActKind> kinds;  // empty: all
  std::string repository_folded;   // empty: all
  std::optional<Instant> after;    // captured later than that
  std::optional<Instant> before;   // captured then or earlier
  std::vector<std::string> words;  // folded; each stands in the person, the repository or the text
  std::optional<std::int64_t> min_followers;
  std::string language_folded;  // one of the top languages
  std::optional<bool> has_email;
  std::optional<LeadPosition> position;
};

class LeadStore {
 public:
  LeadStore(db::Connection& db, std::int64_t organization) : db_(db), organization_(organization) {}

  // What may be shown: neither over quota nor of suppressed people. Newest capture first.
  Result<std::vector<Lead>> list(const LeadFilter& filter, int limit);
  Result<std::unique_ptr<db::Rows>> open(const LeadFilter& filter);
  static Lead read(const db::Row& row);
  Result<std::optional<Lead>> find(std::int64_t id);
  Result<std::vector<Lead>> of_person(std::int64_t person, int limit);

  // Whatever may be shown of them.
  Result<std::optional<Lead>> find_act(std::int64_t person, ActKind kind, std::int64_t act);
  Result<std::vector<Lead>> kept_over_quota(int limit);  // the oldest, of nobody suppressed

  // Person, login and profile stand elsewhere and are not saved.
  Result<void> add(const Lead& lead);
  // Its keywords, evidence and updated_at.
  Result<void> update(const Lead& lead);
  Result<void> release(Lead& lead, Instant captured_at, Instant now);
  Result<void> remove(const Lead& lead);
  Result<std::int64_t> remove_of_person(std::int64_t person);
  Result<void> touch_person(std::int64_t person, Instant now);

 private:
  db::Connection& db_;
  const std::int64_t organization_;
};

}  // namespace sextant::leads
