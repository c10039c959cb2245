// Who and where: the names of an organisation's repositories and contributors, held in memory, so
// that a page of rows needs no joins and a merged or renamed person rewrites no rows.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "db/connection.hpp"
#include "velocity/versions.hpp"

namespace sextant::velocity {

struct Repository {
  std::int64_t id = 0;
  std::string name;     // "owner/name"
  std::string web_url;  // empty: no forge known
  std::string
      pull_request_url;  // the web address of a pull request without its number; may be empty
};

struct Contributor {
  std::int64_t id = 0;
  std::string username;
  std::string username_folded;
  std::string display_name;
  std::optional<std::string> profile_url;
  std::optional<std::string> avatar_url;
  bool is_bot = false;
  Instant first_seen_at;
  Instant last_seen_at;
  std::vector<std::int64_t> identities;
};

// One state of the names; never changes.
class Directory {
 public:
  static Result<std::shared_ptr<const Directory>> load(db::Connection& db,
                                                       std::int64_t organization);

  const Repository* repository(std::int64_t id) const;
  // By name without regard to case, former names included.
  const Repository* repository_named(std::string_view name) const;

  const Contributor* contributor_of(std::int64_t identity) const;
  const Contributor* contributor_named(std::string_view username) const;

  // Ordered by folded username.
  const std::vector<Contributor>& contributors() const { return contributors_; }
  std::size_t size() const {
    return repositories_.size() + contributors_.size() + by_identity_.size();
  }

 private:
  Result<void> load_repositories(db::Connection& db, std::int64_t organization);
  Result<void> load_contributors(db::Connection& db, std::int64_t organization);
  void drop_contributors_without_identities();

  std::vector<Repository> repositories_;
  std::vector<Contributor> contributors_;
  // Ids are small and dense, so a vector is the map: where in `repositories_` and `contributors_`,
  // or -1.
  std::vector<std::int32_t> repository_by_id_;
  std::vector<std::int32_t> by_identity_;
  std::unordered_map<std::string, std::size_t> repository_by_name_;
  std::unordered_map<std::string, std::size_t> by_username_;
};

// The directories in memory: the newest of each organisation asked for lately.
class Directories {
 public:
  // The names as they stand in the connection's snapshot, whose versions are given.
  Result<std::shared_ptr<const Directory>> at(db::Connection& db, std::int64_t organization,
                                              const Versions& versions);

 private:
  struct Held {
    std::int64_t organization;
    std::int64_t version;
    std::shared_ptr<const Directory> directory;
  };
  static constexpr std::size_t names_max = 500'000;

  std::mutex mutex_;
  std::list<Held> held_;  // the latest used first
  std::unordered_map<std::int64_t, std::list<Held>::iterator> by_organization_;
  std::size_t names_ = 0;
};

}  // namespace sextant::velocity
