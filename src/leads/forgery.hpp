// Signs of forged stars that show in our own data: a burst on a repository, and accounts that star
// the same repositories at the same times.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "leads/lead.hpp"

namespace sextant::leads {

// For one organisation and write transaction: add the new stars, then finish, then ask.
class Forgery {
 public:
  Forgery(db::Connection& db, std::int64_t organization) : db_(db), organization_(organization) {}

  Result<void> add_star(const Lead& lead);
  // Counts the stars of each hour and marks all leads that are suspicious now.
  Result<void> finish();
  int evidence_of(const Lead& lead) const;

 private:
  using Hour = std::pair<std::string, std::int64_t>;  // a repository's, since 1970

  Result<bool> is_burst(const Hour& hour, std::int64_t stars);
  Result<void> mark_burst(const Hour& hour);
  Result<void> mark_lockstep(std::int64_t person);

  db::Connection& db_;
  const std::int64_t organization_;
  std::map<Hour, std::int64_t> added_;
  std::set<std::int64_t> people_;
  std::set<Hour> bursts_;
  std::set<std::int64_t> in_lockstep_;
};

}  // namespace sextant::leads
