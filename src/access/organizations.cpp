#include "access/organizations.hpp"

#include <fmt/format.h>

#include "base/ids.hpp"

namespace sextant::access {
namespace {

constexpr std::string_view columns =
    "SELECT id, public_id, slug, name, plan, created_at FROM organizations";

Organization read_organization(const db::Row& row) {
  return {.id = row.integer(0),
          .public_id = std::string(row.text(1)),
          .slug = std::string(row.text(2)),
          .name = std::string(row.text(3)),
          .plan = row.is_null(4) ? std::nullopt : std::optional(std::string(row.text(4))),
          .created_at = row.time(5)};
}

Result<Organization> found(Result<std::optional<Organization>> organization,
                           std::string_view what) {
  if (!organization) return std::unexpected(std::move(organization).error());
  if (!*organization)
    return fail(ErrorKind::not_found, fmt::format("there is no organization {}", what));
  return **std::move(organization);
}

bool is_slug_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

}  // namespace

Result<void> check_slug(std::string_view slug) {
  bool is_good = slug.size() >= 2 && slug.size() <= 39 && slug.front() != '-' && slug.back() != '-';
  for (const char c : slug) is_good = is_good && is_slug_character(c);
  if (is_good) return {};
  return fail(
      ErrorKind::invalid,
      fmt::format("\"{}\" is no slug: it takes 2 to 39 characters of a-z, 0-9 and -, and neither "
                  "begins nor ends with -",
                  slug));
}

Result<Organization> create_organization(db::Connection& connection, std::string_view slug,
                                         std::string_view name,
                                         const std::optional<std::string>& plan, Instant now) {
  TRY(check_slug(slug));
  const auto id =
      TRY(connection.row(db::Query("SELECT COALESCE(MAX(id), 0) + 1 FROM organizations"),
                         [](const db::Row& row) { return row.integer(0); }));
  Organization made{.id = id.value_or(1),
                    .public_id = new_uuid(),
                    .slug = std::string(slug),
                    .name = std::string(name.empty() ? slug : name),
                    .plan = plan,
                    .created_at = now};
  const auto inserted =
      connection.execute(db::Query("INSERT INTO organizations (id, public_id, slug, name, plan, "
                                   "created_at) VALUES ({}, {}, {}, {}, {}, {})",
                                   made.id, made.public_id, made.slug, made.name, made.plan, now));
  if (!inserted && inserted.error().kind == ErrorKind::conflict)
    return fail(ErrorKind::conflict, fmt::format("there is an organization {} already", slug));
  if (!inserted) return std::unexpected(inserted.error());
  return made;
}

Result<std::vector<Organization>> list_organizations(db::Connection& connection) {
  db::Query query(columns);
  query.where("deleted_at IS NULL").append(" ORDER BY slug");
  return connection.rows(query, read_organization);
}

Result<Organization> find_organization(db::Connection& connection, std::string_view slug) {
  db::Query query(columns);
  query.where("deleted_at IS NULL").where("slug = {}", slug);
  return found(connection.row(query, read_organization), slug);
}

Result<Organization> find_organization(db::Connection& connection, std::int64_t id) {
  db::Query query(columns);
  query.where("deleted_at IS NULL").where("id = {}", id);
  return found(connection.row(query, read_organization), std::to_string(id));
}

Result<void> set_plan(db::Connection& connection, std::int64_t id, std::string_view plan) {
  TRY(connection.execute(db::Query("UPDATE organizations SET plan = {} WHERE id = {}", plan, id)));
  return {};
}

Result<void> remove_organization(db::Connection& connection, std::int64_t id, Instant now) {
  const auto removed = TRY(connection.execute(db::Query(
      "UPDATE organizations SET deleted_at = {} WHERE id = {} AND deleted_at IS NULL", now, id)));
  if (removed == 0)
    return fail(ErrorKind::not_found, fmt::format("there is no organization {}", id));
  return {};
}

}  // namespace sextant::access
