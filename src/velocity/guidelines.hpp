// The guidelines of repositories in the store: every wording is a version that stays, and the
// newest is in force.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "scoring/guidelines.hpp"

namespace sextant::velocity {

struct GuidelinesVersion {
  int version = 0;
  std::string text;
  std::optional<int> restored_from;  // whose text this is once more
  std::string saved_by;
  Instant saved_at;
};

class GuidelinesStore {
 public:
  explicit GuidelinesStore(db::Connection& db) : db_(db) {}

  // The newest first.
  Result<std::vector<GuidelinesVersion>> list(std::int64_t organization, std::int64_t repository);
  // `version` 0: the one in force; nothing where there is none.
  Result<std::optional<GuidelinesVersion>> find(std::int64_t organization, std::int64_t repository,
                                                int version = 0);

  // To be used in a write transaction. Who saves the text that is in force anyway makes no version;
  // both answer the one that is in force then.
  struct Saved {
    int version = 0;
    bool is_new = false;
  };
  Result<Saved> save(std::int64_t organization, std::int64_t repository, const std::string& text,
                     std::string_view by, Instant now);
  Result<Saved> restore(std::int64_t organization, std::int64_t repository, int version,
                        std::string_view by, Instant now);

 private:
  Result<Saved> append(std::int64_t organization, std::int64_t repository,
                       const GuidelinesVersion& next);

  db::Connection& db_;
};

// What scorers are given: the version in force, or nothing.
Result<std::optional<scoring::Guidelines>> read_current_guidelines(db::Database& database,
                                                                   std::int64_t organization,
                                                                   std::int64_t repository);
// All that ever were, for scores that are replayed.
using GuidelinesByVersion = std::map<int, scoring::Guidelines>;
Result<GuidelinesByVersion> read_all_guidelines(db::Database& database, std::int64_t organization,
                                                std::int64_t repository);

}  // namespace sextant::velocity
