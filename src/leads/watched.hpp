// What all organisations watch, in memory: an event that concerns nobody costs no SQL.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "db/connection.hpp"
#include "forge/event.hpp"
#include "leads/keyword_matcher.hpp"
#include "leads/trackers.hpp"

namespace sextant::leads {

struct RepositoryWatcher {
  std::int64_t organization = 0;
  std::int64_t id = 0;  // of the tracked repository
  std::int64_t forge_id = 0;
};

// One state of it; never changes. Of living organisations, without what is paused.
class Watched {
 public:
  // Keywords that have not changed since `before`, which may be null, are shared with it.
  static Result<std::shared_ptr<const Watched>> load(db::Connection& db, const Watched* before);

  // Whoever watches the repository, by number or by name without regard to case. One organisation
  // may be there twice, where it tracks a former name too.
  std::vector<RepositoryWatcher> watchers_of(const forge::Repository& repository) const;

  const std::vector<WatchedKeyword>& keywords() const { return *keywords_; }
  // Empty where it is not watched any more.
  std::string_view keyword_text(std::int64_t organization, std::int64_t keyword) const;
  // "owner/name", folded: for make_prescan.
  std::vector<std::string> repository_names() const;

  const TrackerVersions& versions() const { return versions_; }

 private:
  TrackerVersions versions_;
  std::shared_ptr<const std::vector<WatchedKeyword>> keywords_;  // by organisation and id
  std::unordered_map<std::string, std::vector<RepositoryWatcher>> by_name_;
  std::unordered_map<std::int64_t, std::vector<RepositoryWatcher>> by_forge_id_;
};

// The state in memory, brought up to date when it is asked for: one cheap query where nothing
// changed. Any number of threads may ask.
class Watches {
 public:
  struct State {
    std::shared_ptr<const Watched> watched;
    std::shared_ptr<const KeywordMatcher> matcher;  // of its keywords
  };
  Result<State> at(db::Connection& db);

 private:
  std::mutex mutex_;
  std::mutex building_;
  State state_;
};

}  // namespace sextant::leads
