#include "velocity/stored_work.hpp"

#include <unordered_map>

#include <fmt/format.h>

#include "base/text.hpp"
#include "velocity/commit_hash.hpp"

namespace sextant::velocity {
namespace {

StoredWork read(const db::Row& row) {
  StoredWork stored{.id = row.integer(0),
                    .identity = row.integer(1),
                    .commit = hash_text(row.blob(2)),
                    .reference = "",
                    .title = std::string(row.text(4)),
                    .score = {},
                    .scorer = std::string(row.text(6)),
                    .diff_hash = std::string(row.blob(7)),
                    .inputs_hash = std::string(row.blob(8)),
                    .guidelines_version = static_cast<int>(row.integer(9))};
  stored.reference = row.is_null(3) ? stored.commit.substr(0, short_hash_length)
                                    : fmt::format("#{}", row.integer(3));
  if (!row.is_null(5)) stored.score = static_cast<int>(row.integer(5));
  return stored;
}

}  // namespace

Result<std::vector<StoredWork>> read_stored_work(db::Database& database, std::int64_t organization,
                                                 std::int64_t repository) {
  const auto reader = TRY(database.reader());
  return reader->rows(
      db::Query("SELECT p.id, p.identity, p.merge_commit, p.number, p.title, p.score, s.scorer, "
                "s.diff_hash, s.inputs_hash, s.guidelines_version FROM pull_requests AS p"
                " LEFT JOIN scores AS s ON s.organization = p.organization AND s.pull_request = "
                "p.id AND s.scored_at ="
                " (SELECT MAX(n.scored_at) FROM scores AS n WHERE n.organization = p.organization "
                "AND n.pull_request = p.id)"
                " WHERE p.organization = {} AND p.repository = {} ORDER BY p.merged_at, p.id",
                organization, repository),
      read);
}

Result<Reachable> find_pairs(const git::Repository& git, const TrackedRepository& repository,
                             const std::vector<StoredWork>& stored,
                             std::vector<SkippedCommit>& missing) {
  if (stored.empty()) return Reachable{};  // a repository without commits has no branch to ask for
  std::unordered_map<std::string, std::string> parents;
  const std::string branch = repository.branch.empty() ? git.default_branch() : repository.branch;
  TRY(git.each_line({"rev-list", "--first-parent", "--parents", branch, "--"},
                    [&](std::string_view line) {
                      const auto ids = split(line, ' ');
                      parents.emplace(ids[0], ids.size() > 1 ? ids[1] : "");
                    }));
  Reachable reachable{.pairs = {}, .indices = {}, .branch = branch};
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const auto found = parents.find(stored[i].commit);
    if (found == parents.end()) {
      missing.push_back(
          {stored[i].commit, stored[i].reference, "the branch does not have it any more"});
      continue;
    }
    reachable.pairs.push_back({found->first, found->second});
    reachable.indices.push_back(i);
  }
  return reachable;
}

bool is_same(const StoredWork& stored, const scoring::Score& score) {
  return stored.score == score.final_score && stored.scorer == score.scorer &&
         stored.diff_hash == bytes_of(score.diff_hash) &&
         stored.inputs_hash == bytes_of(score.inputs_hash);
}

std::string bytes_of(const scoring::Fingerprint& hash) {
  return {hash.begin(), hash.end()};
}

}  // namespace sextant::velocity
