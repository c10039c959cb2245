#include "velocity/merge_writer.hpp"

#include "velocity/announcement.hpp"
#include "velocity/identities.hpp"
#include "velocity/versions.hpp"

namespace sextant::velocity {
namespace {

// Some 20 ms of writing: other writers get their turn between slices.
constexpr std::size_t slice_size = 128;

}  // namespace

MergeWriter::MergeWriter(db::Database& database, const Clock& clock, std::int64_t organization,
                         const TrackedRepository& repository, const forge::Mailmap& mailmap,
                         News news)
    : database_(database),
      clock_(clock),
      organization_(organization),
      repository_(repository),
      mailmap_(mailmap),
      news_(news) {}

MergeWriter::~MergeWriter() {
  if (writing_.valid()) writing_.wait();
}

Result<void> MergeWriter::add(const forge::Merge& merge, std::optional<StoredScore> score) {
  gathering_.push_back({merge, std::move(score)});
  if (gathering_.size() < slice_size) return {};
  return begin_write();
}

Result<void> MergeWriter::finish() {
  if (!gathering_.empty()) TRY(begin_write());
  return wait();
}

Result<void> MergeWriter::begin_write() {
  TRY(wait());
  writing_ = std::async(std::launch::async, [this, slice = std::exchange(gathering_, {})] {
    return database_.write([&](db::Connection& db) { return write(db, slice); });
  });
  return {};
}

Result<void> MergeWriter::wait() {
  if (!writing_.valid()) return {};
  return writing_.get();
}

Result<void> MergeWriter::write(db::Connection& db, const Slice& slice) const {
  PullRequestStore pull_requests(db);
  IdentityStore identities(db, organization_);
  DailyScoreChanges daily;
  std::int64_t added = 0;
  const Instant now = clock_.now();
  for (const Item& item : slice) {
    const Sighting sighting{repository_.id, repository_.web_url, item.merge.merged_at};
    const std::int64_t identity = TRY(identities.ensure(item.merge.author, mailmap_, sighting));
    const bool is_new = TRY(pull_requests.save(
        organization_, {repository_.id, identity, item.merge}, item.score, now, daily));
    if (!is_new) continue;
    ++added;
    if (item.score && news_ == News::announced)
      TRY(announce_scored(db, organization_, repository_, item.merge, *item.score, now));
  }
  TRY(daily.write(db, organization_));
  return count_change(db, organization_,
                      {.names = identities.changed(), .pull_requests_added = added});
}

}  // namespace sextant::velocity
