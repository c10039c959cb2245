#include "leads/trackers.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/ids.hpp"
#include "base/text.hpp"

namespace sextant::leads {
namespace {

constexpr std::string_view relation_names[] = {"own", "competitor", "ecosystem"};
constexpr std::size_t owner_length_max = 39;
constexpr std::size_t name_length_max = 100;
constexpr std::string_view repository_columns =
    "SELECT id, full_name, forge_id, relation, is_paused, created_at FROM tracked_repositories";
constexpr std::string_view keyword_columns =
    "SELECT id, keyword, scan_targets, is_paused, created_at FROM tracked_keywords";

TrackedRepository read_repository(const db::Row& row) {
  return {.id = row.integer(0),
          .full_name = std::string(row.text(1)),
          .forge_id = row.integer(2),
          .relation = static_cast<Relation>(row.integer(3)),
          .is_paused = row.boolean(4),
          .created_at = row.time(5)};
}

int to_flags(const ScanTargets& targets) {
  return (targets.issues ? 1 : 0) + (targets.prs ? 2 : 0) + (targets.discussions ? 4 : 0) +
         (targets.code ? 8 : 0);
}

TrackedKeyword read_keyword(const db::Row& row) {
  return {.id = row.integer(0),
          .keyword = std::string(row.text(1)),
          .targets = scan_targets_from_flags(row.integer(2)),
          .is_paused = row.boolean(3),
          .created_at = row.time(4)};
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Letters, digits and hyphens, not in front; names of managed users have an underscore, and old
// names more hyphens than GitHub gives today.
bool is_owner(std::string_view owner) {
  if (owner.empty() || owner.size() > owner_length_max || owner.front() == '-') return false;
  return std::ranges::all_of(owner,
                             [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; });
}

bool is_name(std::string_view name) {
  if (name.empty() || name.size() > name_length_max || name == "." || name == ".." ||
      fold(name).ends_with(".git"))
    return false;
  return std::ranges::all_of(
      name, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.'; });
}

// One space between words: what matching does not tell apart is one keyword, on one line.
std::string with_single_spaces(std::string_view text) {
  std::string out;
  for (const char c : trim(text)) {
    const bool is_space = c == ' ' || (c >= '\t' && c <= '\r');
    if (is_space && out.ends_with(' ')) continue;
    out += is_space ? ' ' : c;
  }
  return out;
}

}  // namespace

std::string_view to_text(Relation relation) {
  return relation_names[static_cast<std::size_t>(relation)];
}

std::optional<Relation> relation_named(std::string_view text) {
  const auto found = std::ranges::find(relation_names, text);
  if (found == std::end(relation_names)) return std::nullopt;
  return static_cast<Relation>(found - std::begin(relation_names));
}

ScanTargets scan_targets_from_flags(std::int64_t flags) {
  return {.issues = (flags & 1) != 0,
          .prs = (flags & 2) != 0,
          .discussions = (flags & 4) != 0,
          .code = (flags & 8) != 0};
}

Result<void> check_full_name(std::string_view full_name) {
  const auto slash = full_name.find('/');
  if (slash != full_name.npos && is_owner(full_name.substr(0, slash)) &&
      is_name(full_name.substr(slash + 1)))
    return {};
  return fail(ErrorKind::invalid, "full_name takes owner/name as on GitHub, such as acme/sdk");
}

Result<std::vector<TrackedRepository>> Trackers::repositories() {
  db::Query query(repository_columns);
  query.where("organization = {}", organization_).append(" ORDER BY created_at, id");
  return db_.rows(query, read_repository);
}

Result<std::vector<TrackedKeyword>> Trackers::keywords() {
  db::Query query(keyword_columns);
  query.where("organization = {}", organization_).append(" ORDER BY created_at, id");
  return db_.rows(query, read_keyword);
}

Result<std::optional<TrackedRepository>> Trackers::repository(std::int64_t id) {
  db::Query query(repository_columns);
  query.where("organization = {}", organization_).where("id = {}", id);
  return db_.row(query, read_repository);
}

Result<std::optional<TrackedKeyword>> Trackers::keyword(std::int64_t id) {
  db::Query query(keyword_columns);
  query.where("organization = {}", organization_).where("id = {}", id);
  return db_.row(query, read_keyword);
}

Result<TrackedRepository> Trackers::add_repository(std::string_view full_name, Relation relation,
                                                   Instant now) {
  TRY(check_full_name(full_name));
  const std::string folded = fold(full_name);
  db::Query same("SELECT id FROM tracked_repositories");
  same.where("organization = {}", organization_).where("name_folded = {}", folded);
  if (TRY(db_.row(same, [](const db::Row& row) { return row.integer(0); })))
    return fail(ErrorKind::conflict, fmt::format("{} is tracked already", full_name));
  TrackedRepository made{.id = new_id(),
                         .full_name = std::string(full_name),
                         .forge_id = 0,
                         .relation = relation,
                         .is_paused = false,
                         .created_at = now};
  TRY(db_.execute(db::Query(
      "INSERT INTO tracked_repositories (organization, id, full_name, name_folded, forge_id,"
      " relation, is_paused, created_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
      organization_, made.id, made.full_name, folded, made.forge_id, relation, false, now)));
  TRY(count_tracker_change(db_, true, false));
  return made;
}

Result<TrackedKeyword> Trackers::add_keyword(std::string_view text, ScanTargets targets,
                                             Instant now) {
  const std::string keyword = with_single_spaces(text);
  TRY(Keyword::parse(keyword));
  const std::string folded = fold(keyword);
  db::Query same("SELECT id FROM tracked_keywords");
  same.where("organization = {}", organization_).where("keyword_folded = {}", folded);
  if (TRY(db_.row(same, [](const db::Row& row) { return row.integer(0); })))
    return fail(ErrorKind::conflict, fmt::format("the keyword {} is tracked already", keyword));
  TrackedKeyword made{.id = new_id(),
                      .keyword = keyword,
                      .targets = targets,
                      .is_paused = false,
                      .created_at = now};
  TRY(db_.execute(db::Query(
      "INSERT INTO tracked_keywords (organization, id, keyword, keyword_folded, scan_targets,"
      " is_paused, created_at) VALUES ({}, {}, {}, {}, {}, {}, {})",
      organization_, made.id, keyword, folded, to_flags(targets), false, now)));
  TRY(count_tracker_change(db_, false, true));
  return made;
}

Result<std::optional<TrackedRepository>> Trackers::pause_repository(std::int64_t id,
                                                                    bool is_paused) {
  TRY(db_.execute(db::Query(
      "UPDATE tracked_repositories SET is_paused = {} WHERE organization = {} AND id = {}",
      is_paused, organization_, id)));
  TRY(count_tracker_change(db_, true, false));
  return repository(id);
}

Result<std::optional<TrackedKeyword>> Trackers::pause_keyword(std::int64_t id, bool is_paused) {
  TRY(db_.execute(
      db::Query("UPDATE tracked_keywords SET is_paused = {} WHERE organization = {} AND id = {}",
                is_paused, organization_, id)));
  TRY(count_tracker_change(db_, false, true));
  return keyword(id);
}

Result<bool> Trackers::remove_repository(std::int64_t id) {
  const auto removed = TRY(db_.execute(db::Query(
      "DELETE FROM tracked_repositories WHERE organization = {} AND id = {}", organization_, id)));
  if (removed > 0) TRY(count_tracker_change(db_, true, false));
  return removed > 0;
}

Result<bool> Trackers::remove_keyword(std::int64_t id) {
  const auto removed = TRY(db_.execute(db::Query(
      "DELETE FROM tracked_keywords WHERE organization = {} AND id = {}", organization_, id)));
  if (removed > 0) TRY(count_tracker_change(db_, false, true));
  return removed > 0;
}

Result<void> Trackers::learn_forge_id(std::int64_t id, std::int64_t forge_id) {
  const auto changed = TRY(db_.execute(
      db::Query("UPDATE tracked_repositories SET forge_id = {} WHERE organization = {} AND id = {}"
                " AND forge_id = 0",
                forge_id, organization_, id)));
  if (changed > 0) TRY(count_tracker_change(db_, true, false));
  return {};
}

Result<TrackerVersions> read_tracker_versions(db::Connection& db) {
  const auto found = TRY(
      db.row(db::Query("SELECT repositories, keywords FROM lead_versions WHERE organization = 0"),
             [](const db::Row& row) { return TrackerVersions{row.integer(0), row.integer(1)}; }));
  return found.value_or(TrackerVersions{});
}

Result<void> count_tracker_change(db::Connection& db, bool repositories, bool keywords) {
  return db.post(db::Query(
      "INSERT INTO lead_versions (organization, repositories, keywords) VALUES (0, {}, {})"
      " ON CONFLICT (organization) DO UPDATE SET"
      " repositories = lead_versions.repositories + excluded.repositories,"
      " keywords = lead_versions.keywords + excluded.keywords",
      repositories ? 1 : 0, keywords ? 1 : 0));
}

}  // namespace sextant::leads
