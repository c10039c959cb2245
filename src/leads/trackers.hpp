// What organisations watch: repositories and keywords.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/connection.hpp"
#include "leads/keyword.hpp"

namespace sextant::leads {

enum class Relation : std::int8_t { own = 0, competitor = 1, ecosystem = 2 };
std::string_view to_text(Relation relation);
std::optional<Relation> relation_named(std::string_view text);

struct TrackedRepository {
  std::int64_t id = 0;
  std::string full_name;
  std::int64_t forge_id = 0;  // 0: no event has told yet
  Relation relation = Relation::competitor;
  bool is_paused = false;
  Instant created_at;
};

struct TrackedKeyword {
  std::int64_t id = 0;
  std::string keyword;
  ScanTargets targets;
  bool is_paused = false;
  Instant created_at;
};

// As they are stored.
ScanTargets scan_targets_from_flags(std::int64_t flags);

// "owner/name" by GitHub's rules; `invalid` names the field full_name.
Result<void> check_full_name(std::string_view full_name);

// All changes are for a write transaction, and count the version up.
class Trackers {
 public:
  Trackers(db::Connection& db, std::int64_t organization) : db_(db), organization_(organization) {}

  // By time of creation.
  Result<std::vector<TrackedRepository>> repositories();
  Result<std::vector<TrackedKeyword>> keywords();
  Result<std::optional<TrackedRepository>> repository(std::int64_t id);
  Result<std::optional<TrackedKeyword>> keyword(std::int64_t id);

  // `conflict` where it is tracked already, whatever its case; `invalid` for what is none.
  Result<TrackedRepository> add_repository(std::string_view full_name, Relation relation,
                                           Instant now);
  Result<TrackedKeyword> add_keyword(std::string_view text, ScanTargets targets, Instant now);

  // Nothing or false where there is none of that id.
  Result<std::optional<TrackedRepository>> pause_repository(std::int64_t id, bool is_paused);
  Result<std::optional<TrackedKeyword>> pause_keyword(std::int64_t id, bool is_paused);
  Result<bool> remove_repository(std::int64_t id);
  Result<bool> remove_keyword(std::int64_t id);

  // An event told the forge's number of a repository that had none yet.
  Result<void> learn_forge_id(std::int64_t id, std::int64_t forge_id);

 private:
  db::Connection& db_;
  const std::int64_t organization_;
};

struct TrackerVersions {
  std::int64_t repositories = 0;
  std::int64_t keywords = 0;
  bool operator==(const TrackerVersions&) const = default;
};
// Over all organisations: changes when any of them watches something else.
Result<TrackerVersions> read_tracker_versions(db::Connection& db);
// For whoever removes an organisation, or brings a whole store back.
Result<void> count_tracker_change(db::Connection& db, bool repositories, bool keywords);

}  // namespace sextant::leads
