#include "velocity/directory.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "forge/links.hpp"

namespace sextant::velocity {
namespace {

void put(std::vector<std::int32_t>& map, std::int64_t id, std::size_t place) {
  const auto index = static_cast<std::size_t>(id);
  if (index >= map.size()) map.resize(index + 1, -1);
  map[index] = static_cast<std::int32_t>(place);
}

template <typename T>
const T* find(const std::vector<std::int32_t>& map, std::int64_t id, const std::vector<T>& items) {
  const auto index = static_cast<std::size_t>(id);
  return index < map.size() && map[index] >= 0 ? &items[static_cast<std::size_t>(map[index])]
                                               : nullptr;
}

}  // namespace

Result<std::shared_ptr<const Directory>> Directory::load(db::Connection& db,
                                                         std::int64_t organization) {
  auto directory = std::make_shared<Directory>();
  TRY(directory->load_repositories(db, organization));
  TRY(directory->load_contributors(db, organization));
  return std::shared_ptr<const Directory>(std::move(directory));
}

Result<void> Directory::load_repositories(db::Connection& db, std::int64_t organization) {
  TRY(db.each(
      db::Query("SELECT id, name, web_url, name_folded FROM repositories WHERE organization = {}",
                organization),
      [&](const db::Row& row) {
        put(repository_by_id_, row.integer(0), repositories_.size());
        repository_by_name_[std::string(row.text(3))] = repositories_.size();
        repositories_.push_back({row.integer(0), std::string(row.text(1)), std::string(row.text(2)),
                                 forge::pull_request_url_prefix(row.text(2))});
      }));
  TRY(db.each(
      db::Query("SELECT name_folded, repository FROM repository_aliases WHERE organization = {}",
                organization),
      [&](const db::Row& row) {
        if (const Repository* now = repository(row.integer(1)))
          repository_by_name_.try_emplace(std::string(row.text(0)),
                                          static_cast<std::size_t>(now - repositories_.data()));
      }));
  return {};
}

Result<void> Directory::load_contributors(db::Connection& db, std::int64_t organization) {
  std::unordered_map<std::int64_t, std::size_t> by_id;
  TRY(db.each(db::Query("SELECT id, username, username_folded, display_name, profile_url, "
                        "avatar_url FROM contributors"
                        " WHERE organization = {}",
                        organization),
              [&](const db::Row& row) {
                const auto text_or_null = [&](int column) {
                  return row.is_null(column) ? std::nullopt
                                             : std::optional(std::string(row.text(column)));
                };
                contributors_.push_back({.id = row.integer(0),
                                         .username = std::string(row.text(1)),
                                         .username_folded = std::string(row.text(2)),
                                         .display_name = std::string(row.text(3)),
                                         .profile_url = text_or_null(4),
                                         .avatar_url = text_or_null(5),
                                         .is_bot = true,
                                         .first_seen_at = Instant::max(),
                                         .last_seen_at = Instant::min(),
                                         .identities = {}});
              }));
  std::ranges::sort(contributors_, {}, &Contributor::username_folded);
  for (std::size_t i = 0; i < contributors_.size(); ++i) by_id[contributors_[i].id] = i;
  TRY(db.each(
      db::Query("SELECT id, contributor, is_bot, first_seen_at, last_seen_at FROM identities"
                " WHERE organization = {} ORDER BY id",
                organization),
      [&](const db::Row& row) {
        const auto found = by_id.find(row.integer(1));
        if (found == by_id.end()) return;
        Contributor& contributor = contributors_[found->second];
        contributor.identities.push_back(row.integer(0));
        contributor.is_bot = contributor.is_bot && row.boolean(2);
        contributor.first_seen_at = std::min(contributor.first_seen_at, row.time(3));
        contributor.last_seen_at = std::max(contributor.last_seen_at, row.time(4));
      }));
  drop_contributors_without_identities();
  by_id.clear();
  for (std::size_t i = 0; i < contributors_.size(); ++i) {
    by_id[contributors_[i].id] = i;
    by_username_[contributors_[i].username_folded] = i;
    for (const std::int64_t identity : contributors_[i].identities) put(by_identity_, identity, i);
  }
  TRY(db.each(
      db::Query(
          "SELECT username_folded, contributor FROM contributor_aliases WHERE organization = {}",
          organization),
      [&](const db::Row& row) {
        const auto now = by_id.find(row.integer(1));
        if (now != by_id.end()) by_username_.try_emplace(std::string(row.text(0)), now->second);
      }));
  return {};
}

// Whose identities were all mapped to others: kept in the store, so that the mapping is reversible.
void Directory::drop_contributors_without_identities() {
  std::erase_if(contributors_,
                [](const Contributor& contributor) { return contributor.identities.empty(); });
}

const Repository* Directory::repository(std::int64_t id) const {
  return find(repository_by_id_, id, repositories_);
}

const Repository* Directory::repository_named(std::string_view name) const {
  const auto found = repository_by_name_.find(fold(name));
  return found == repository_by_name_.end() ? nullptr : &repositories_[found->second];
}

const Contributor* Directory::contributor_of(std::int64_t identity) const {
  return find(by_identity_, identity, contributors_);
}

const Contributor* Directory::contributor_named(std::string_view username) const {
  const auto found = by_username_.find(fold(username));
  return found == by_username_.end() ? nullptr : &contributors_[found->second];
}

Result<std::shared_ptr<const Directory>> Directories::at(db::Connection& db,
                                                         std::int64_t organization,
                                                         const Versions& versions) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = by_organization_.find(organization);
    if (found != by_organization_.end() && found->second->version == versions.names) {
      held_.splice(held_.begin(), held_, found->second);
      return found->second->directory;
    }
  }
  auto directory = TRY(Directory::load(db, organization));
  const std::lock_guard lock(mutex_);
  if (const auto found = by_organization_.find(organization); found != by_organization_.end()) {
    // A reader of an older snapshot must not put the older names back.
    if (found->second->version > versions.names) return directory;
    names_ -= found->second->directory->size();
    held_.erase(found->second);
    by_organization_.erase(found);
  }
  held_.push_front({organization, versions.names, directory});
  by_organization_[organization] = held_.begin();
  names_ += directory->size();
  while (names_ > names_max && held_.size() > 1) {
    names_ -= held_.back().directory->size();
    by_organization_.erase(held_.back().organization);
    held_.pop_back();
  }
  return directory;
}

}  // namespace sextant::velocity
