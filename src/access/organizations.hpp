// Organisations: whose data it is. Everything else in the store begins with an organisation's id.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "db/connection.hpp"

namespace sextant::access {

struct Organization {
  std::int64_t id = 0;
  std::string public_id;  // a UUID: what the API shows
  std::string slug;       // how people name it on the command line
  std::string name;
  std::optional<std::string> plan;
  Instant created_at;
};

// 2 to 39 characters of a-z, 0-9 and '-', neither first nor last a '-'.
Result<void> check_slug(std::string_view slug);

// `conflict` where a living organisation has the slug. An empty name stands for the slug.
Result<Organization> create_organization(db::Connection& connection, std::string_view slug,
                                         std::string_view name,
                                         const std::optional<std::string>& plan, Instant now);

// The living ones, by slug.
Result<std::vector<Organization>> list_organizations(db::Connection& connection);

// The living one; `not_found` where there is none.
Result<Organization> find_organization(db::Connection& connection, std::string_view slug);
Result<Organization> find_organization(db::Connection& connection, std::int64_t id);

// What the organisation may do from the next request on.
Result<void> set_plan(db::Connection& connection, std::int64_t id, std::string_view plan);

// Marks it deleted: its slug is free again, its tokens are answered with 404 from now on.
Result<void> remove_organization(db::Connection& connection, std::int64_t id, Instant now);

}  // namespace sextant::access
