// Writes merges in slices, each one transaction: facts, score, identities, roll-ups and versions
// together. While one slice is made durable the next one gathers.
#pragma once

#include <future>
#include <optional>
#include <vector>

#include "db/database.hpp"
#include "forge/mailmap.hpp"
#include "velocity/pull_request_store.hpp"
#include "velocity/repository_store.hpp"

namespace sextant::velocity {

class MergeWriter {
 public:
  // Whether webhooks are told of what is new: not of the past of a repository that is.
  enum class News { announced, of_the_past };

  // The references must outlive the writer.
  MergeWriter(db::Database& database, const Clock& clock, std::int64_t organization,
              const TrackedRepository& repository, const forge::Mailmap& mailmap, News news);
  ~MergeWriter();

  // Not for several threads at once. An error may be one of an earlier slice.
  Result<void> add(const forge::Merge& merge, std::optional<StoredScore> score);
  // Returns once everything added is durable.
  Result<void> finish();

 private:
  struct Item {
    forge::Merge merge;
    std::optional<StoredScore> score;
  };
  using Slice = std::vector<Item>;

  Result<void> begin_write();
  Result<void> wait();
  Result<void> write(db::Connection& db, const Slice& slice) const;

  db::Database& database_;
  const Clock& clock_;
  std::int64_t organization_;
  const TrackedRepository& repository_;
  const forge::Mailmap& mailmap_;
  const News news_;
  Slice gathering_;
  std::future<Result<void>> writing_;
};

}  // namespace sextant::velocity
