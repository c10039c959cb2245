#include "leads/watched.hpp"

#include <algorithm>
#include <tuple>

#include "base/log.hpp"
#include "base/text.hpp"

namespace sextant::leads {
namespace {

struct StoredKeyword {
  std::int64_t organization = 0;
  std::int64_t id = 0;
  std::string text;
  std::int64_t targets = 0;
};

Result<std::vector<WatchedKeyword>> load_keywords(db::Connection& db) {
  const auto stored = TRY(db.rows(
      db::Query("SELECT t.organization, t.id, t.keyword, t.scan_targets FROM tracked_keywords AS t"
                " JOIN organizations AS o ON o.id = t.organization"
                " WHERE o.deleted_at IS NULL AND t.is_paused = {} ORDER BY t.organization, t.id",
                false),
      [](const db::Row& row) {
        return StoredKeyword{row.integer(0), row.integer(1), std::string(row.text(2)),
                             row.integer(3)};
      }));
  std::vector<WatchedKeyword> keywords;
  keywords.reserve(stored.size());
  for (const StoredKeyword& one : stored) {
    auto keyword = Keyword::parse(one.text);
    if (!keyword) {
      // A newer program may have taken what this one does not.
      log::warning("keyword.not_understood",
                   {{"organization", one.organization}, {"reason", keyword.error().message}});
      continue;
    }
    keywords.push_back(
        {one.organization, one.id, *std::move(keyword), scan_targets_from_flags(one.targets)});
  }
  return keywords;
}

}  // namespace

Result<std::shared_ptr<const Watched>> Watched::load(db::Connection& db, const Watched* before) {
  auto watched = std::make_shared<Watched>();
  watched->versions_ = TRY(read_tracker_versions(db));
  TRY(db.each(
      db::Query("SELECT t.organization, t.id, t.forge_id, t.name_folded"
                " FROM tracked_repositories AS t JOIN organizations AS o ON o.id = t.organization"
                " WHERE o.deleted_at IS NULL AND t.is_paused = {} ORDER BY t.organization, t.id",
                false),
      [&](const db::Row& row) {
        const RepositoryWatcher watcher{row.integer(0), row.integer(1), row.integer(2)};
        watched->by_name_[std::string(row.text(3))].push_back(watcher);
        if (watcher.forge_id != 0) watched->by_forge_id_[watcher.forge_id].push_back(watcher);
      }));
  if (before && before->versions_.keywords == watched->versions_.keywords) {
    watched->keywords_ = before->keywords_;
  } else {
    auto keywords = TRY(load_keywords(db));
    watched->keywords_ = std::make_shared<const std::vector<WatchedKeyword>>(std::move(keywords));
  }
  return std::shared_ptr<const Watched>(std::move(watched));
}

std::vector<RepositoryWatcher> Watched::watchers_of(const forge::Repository& repository) const {
  std::vector<RepositoryWatcher> found;
  if (const auto named = by_name_.find(fold(repository.full_name)); named != by_name_.end())
    found = named->second;
  if (const auto same = by_forge_id_.find(repository.id); same != by_forge_id_.end())
    for (const RepositoryWatcher& watcher : same->second)
      if (std::ranges::find(found, watcher.id, &RepositoryWatcher::id) == found.end())
        found.push_back(watcher);
  return found;
}

std::string_view Watched::keyword_text(std::int64_t organization, std::int64_t keyword) const {
  const auto key = [](const WatchedKeyword& one) { return std::tuple(one.organization, one.id); };
  const auto at = std::ranges::lower_bound(*keywords_, std::tuple(organization, keyword), {}, key);
  if (at == keywords_->end() || key(*at) != std::tuple(organization, keyword)) return {};
  return at->keyword.text();
}

std::vector<std::string> Watched::repository_names() const {
  std::vector<std::string> names;
  names.reserve(by_name_.size());
  for (const auto& [name, watchers] : by_name_) names.push_back(name);
  return names;
}

Result<Watches::State> Watches::at(db::Connection& db) {
  const TrackerVersions now = TRY(read_tracker_versions(db));
  State known;
  {
    const std::lock_guard lock(mutex_);
    known = state_;
  }
  if (known.watched && known.watched->versions() == now) return known;
  // Built by one, beside the old one, which the others go on with as long as there is one.
  std::unique_lock building(building_, std::defer_lock);
  if (!known.watched)
    building.lock();
  else if (!building.try_lock())
    return known;
  State fresh;
  fresh.watched = TRY(Watched::load(db, known.watched.get()));
  if (known.matcher && known.watched->versions().keywords == fresh.watched->versions().keywords)
    fresh.matcher = known.matcher;
  else
    fresh.matcher = TRY(KeywordMatcher::compile(fresh.watched->keywords()));
  const std::lock_guard lock(mutex_);
  state_ = fresh;
  return fresh;
}

}  // namespace sextant::leads
