// A repository's stored work and the commits it came from: what rescoring, verifying and asking
// "what if" go through.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "git/diff_reader.hpp"
#include "velocity/import.hpp"
#include "velocity/repository_store.hpp"

namespace sextant::velocity {

struct StoredWork {
  std::int64_t id = 0;
  std::int64_t identity = 0;
  std::string commit;
  std::string reference;  // "#12" or a short hash
  std::string title;
  std::optional<int> score;  // the newest, as what follows
  std::string scorer;
  std::string diff_hash;  // raw bytes
  std::string inputs_hash;
  int guidelines_version = 0;
};

// Oldest first.
Result<std::vector<StoredWork>> read_stored_work(db::Database& database, std::int64_t organization,
                                                 std::int64_t repository);

// Pairs of commit and first parent for those of the work that the branch still has; `indices` says
// which. The others are added to `missing`.
struct Reachable {
  std::vector<git::CommitPair> pairs;
  std::vector<std::size_t> indices;
  std::string branch;
};
Result<Reachable> find_pairs(const git::Repository& git, const TrackedRepository& repository,
                             const std::vector<StoredWork>& stored,
                             std::vector<SkippedCommit>& missing);

// Whether a score of the work that was made now has all the same inputs, and is the same.
bool is_same(const StoredWork& stored, const scoring::Score& score);

std::string bytes_of(const scoring::Fingerprint& hash);

}  // namespace sextant::velocity
