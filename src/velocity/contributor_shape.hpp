// What the contributor endpoints and the trends share: one by name, pages by name, averages.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "velocity/api_call.hpp"

namespace sextant::velocity {

// Rounded half up; nothing where nothing was scored.
std::optional<std::int64_t> average_score(std::int64_t count, std::int64_t total);

// The one in the path, or a not_found error.
Result<const Contributor*> named_contributor(const ApiCall& call, const Directory& directory);

void append_identity(json::Writer& json, const Contributor& contributor);

// The parameters that a cursor over contributors is bound to.
inline constexpr std::string_view contributor_filters[] = {"interval", "periods"};

struct ContributorPage {
  std::span<const Contributor> items;  // into the directory
  std::optional<std::string> next;     // a sealed cursor
};
Result<ContributorPage> read_contributor_page(const ApiCall& call, const Directory& directory);

}  // namespace sextant::velocity
