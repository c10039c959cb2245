#include "velocity/repository_store.hpp"

#include "base/text.hpp"
#include "velocity/next_id.hpp"

namespace sextant::velocity {
namespace {

constexpr std::string_view select =
    "SELECT id, name, location, web_url, branch, imported_head, imported_since, "
    "score_direct_commits FROM repositories";

TrackedRepository read(const db::Row& row) {
  TrackedRepository repository{.id = row.integer(0),
                               .name = std::string(row.text(1)),
                               .location = std::string(row.text(2)),
                               .web_url = std::string(row.text(3)),
                               .branch = std::string(row.text(4)),
                               .imported_head = std::string(row.text(5)),
                               .imported_since = row.time_or_null(6),
                               .score_direct_commits = {}};
  if (!row.is_null(7)) repository.score_direct_commits = row.boolean(7);
  return repository;
}

}  // namespace

Result<std::vector<TrackedRepository>> RepositoryStore::list(std::int64_t organization) {
  db::Query query(select);
  query.where("organization = {}", organization).append(" ORDER BY name_folded");
  return db_.rows(query, read);
}

Result<std::optional<TrackedRepository>> RepositoryStore::find(std::int64_t organization,
                                                               std::string_view name) {
  db::Query query(select);
  query.where("organization = {}", organization).where("name_folded = {}", fold(name));
  return db_.row(query, read);
}

Result<std::int64_t> RepositoryStore::save(std::int64_t organization, TrackedRepository repository,
                                           Instant now) {
  if (repository.id == 0) repository.id = TRY(next_id(db_, "repositories", organization));
  TRY(db_.post(db::Query(
      "INSERT INTO repositories (organization, id, name, name_folded, location, web_url, branch, "
      "imported_head,"
      " imported_since, score_direct_commits, created_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, "
      "{}, {}, {})"
      " ON CONFLICT (organization, id) DO UPDATE SET name = excluded.name, name_folded = "
      "excluded.name_folded,"
      " location = excluded.location, web_url = excluded.web_url, branch = excluded.branch,"
      " imported_head = excluded.imported_head, imported_since = excluded.imported_since,"
      " score_direct_commits = excluded.score_direct_commits",
      organization, repository.id, repository.name, fold(repository.name), repository.location,
      repository.web_url, repository.branch, repository.imported_head, repository.imported_since,
      repository.score_direct_commits, now)));
  return repository.id;
}

}  // namespace sextant::velocity
