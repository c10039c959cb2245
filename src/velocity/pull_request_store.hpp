// Pull requests in the store; the only file that knows their columns.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "db/connection.hpp"
#include "scoring/scorer.hpp"
#include "velocity/daily_scores.hpp"
#include "velocity/pull_request.hpp"

namespace sextant::velocity {

// The last row of a page. The next page starts strictly after it, so rows that arrive while a
// client is paging are never shown twice.
struct PullRequestPosition {
  Instant merged_at;
  std::int64_t id = 0;
};

// Sets that are absent do not filter; empty ones let nothing through. Bounds are inclusive.
struct PullRequestFilter {
  std::optional<std::vector<std::int64_t>> repositories;
  std::optional<std::vector<std::int64_t>> identities;
  std::optional<Instant> merged_after;
  std::optional<Instant> merged_before;
  std::optional<Instant> updated_after;
  std::optional<double> min_score;  // either bound leaves out what is not scored
  std::optional<double> max_score;
  std::optional<std::vector<std::string>> words;  // folded; each must stand in title or description
  std::optional<std::vector<std::int64_t>> ids;   // candidates that search found
  std::optional<PullRequestPosition> after;

  bool lets_nothing_through() const;
};

// What is known of a pull request before, or without, its score.
struct NewPullRequest {
  std::int64_t repository = 0;
  std::int64_t identity = 0;
  forge::Merge merge;
};

// The stored form of a score: the row's columns and the packed reasons.
struct StoredScore {
  int score = 0;
  ScoreColumns columns;
  std::string scorer;
  std::string rubric;
  scoring::Fingerprint diff_hash{};
  scoring::Fingerprint inputs_hash{};
  std::string reasons;
  Instant scored_at;
  int guidelines_version = 0;  // the repository's guidelines that it went by; 0: none
};
// `guidelines`: those that the scorer was given; null: none.
StoredScore to_stored(const scoring::Score& score, Instant scored_at,
                      const scoring::Guidelines* guidelines = nullptr);
Result<scoring::Score> from_stored(const StoredScore& stored);

// What is kept of a score when later ones count.
struct PastScore {
  Instant scored_at;
  std::string scorer;
  std::string rubric;
  int guidelines_version = 0;
  int base = 0;
  std::optional<int> effort_factor_thousandths;  // nothing: it was not kept at that time
  int score = 0;
  std::string model_fallback;  // why a model that was asked has no part in it; empty: it has, or
                               // none was asked
};

// A pull request with its newest score's record.
struct PullRequestDetail {
  FullPullRequest pull_request;  // its row without the texts, which are kept here
  std::string title;
  std::string merge_commit;
  std::optional<StoredScore> score;

  // The row with its texts: views into this object, good while it stays where it is.
  PullRequest row() const;
};

class PullRequestStore {
 public:
  explicit PullRequestStore(db::Connection& db) : db_(db) {}

  // The first `limit` rows, newest merge first, then the highest id. `sink` gets views.
  Result<void> list(std::int64_t organization, const PullRequestFilter& filter, int limit,
                    const std::function<void(const PullRequest&)>& sink);
  // All rows in the same order, to be read one by one with read_full.
  Result<std::unique_ptr<db::Rows>> open(std::int64_t organization,
                                         const PullRequestFilter& filter);
  static FullPullRequest read_full(const db::Row& row);

  Result<std::optional<PullRequestDetail>> find(std::int64_t organization, std::int64_t id);
  // The latest scores that it was given, the one that counts first.
  Result<std::vector<PastScore>> history(std::int64_t organization, std::int64_t id, int limit);
  // By what the forge calls it: a number or a commit's hash.
  Result<std::optional<std::int64_t>> find_id(std::int64_t organization, std::int64_t repository,
                                              forge::SourceType source_type,
                                              std::string_view reference);
  // Which repositories these people's listed work is in, since an instant.
  Result<std::vector<std::int64_t>> repositories_of(std::int64_t organization,
                                                    std::span<const std::int64_t> identities,
                                                    std::optional<Instant> since);

  // Inserts, or replaces what we knew under the same repository and reference; a score it has is
  // kept when none is given. Answers whether it was new.
  Result<bool> save(std::int64_t organization, const NewPullRequest& pull_request,
                    const std::optional<StoredScore>& score, Instant now, DailyScoreChanges& daily);
  // A new score for what is there; the earlier ones stay in the history.
  Result<void> save_score(std::int64_t organization, std::int64_t id, const StoredScore& score,
                          DailyScoreChanges& daily);

 private:
  Result<void> insert_row(std::int64_t organization, std::int64_t id,
                          const NewPullRequest& pull_request,
                          const std::optional<ScoreColumns>& columns, std::optional<int> score,
                          Instant now);
  Result<void> insert_score(std::int64_t organization, std::int64_t id, const StoredScore& score);

  db::Connection& db_;
};

// "12" for a pull request, the full hash for a commit.
std::string reference(const forge::Merge& merge);

}  // namespace sextant::velocity
