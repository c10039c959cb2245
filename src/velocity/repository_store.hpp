// Repositories as an organisation tracks them: where they were read from, and how far.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/connection.hpp"

namespace sextant::velocity {

struct TrackedRepository {
  std::int64_t id = 0;   // 0: not in the store yet
  std::string name;      // "owner/name"
  std::string location;  // the path or URL it was imported from
  std::string web_url;
  std::string branch;
  std::string imported_head;              // everything up to this commit is in; empty: nothing yet
  std::optional<Instant> imported_since;  // the earliest merge that was asked for; nothing: all
  std::optional<bool> score_direct_commits;  // decided at the first import
};

class RepositoryStore {
 public:
  explicit RepositoryStore(db::Connection& db) : db_(db) {}

  Result<std::vector<TrackedRepository>> list(std::int64_t organization);
  // By name without regard to case.
  Result<std::optional<TrackedRepository>> find(std::int64_t organization, std::string_view name);
  // Inserts one whose id is 0 and answers the id it got, or replaces what we knew under the id.
  Result<std::int64_t> save(std::int64_t organization, TrackedRepository repository, Instant now);

 private:
  db::Connection& db_;
};

}  // namespace sextant::velocity
