// Our numbers as the API shows them: "lead_2kQ9x", a kind and the number in base 62.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sextant::leads {

inline constexpr std::string_view lead_prefix = "lead_";
inline constexpr std::string_view repository_prefix = "repo_";
inline constexpr std::string_view keyword_prefix = "kw_";
inline constexpr std::string_view person_prefix = "person_";
inline constexpr std::string_view suppression_prefix = "sup_";
inline constexpr std::string_view rule_prefix = "rule_";
inline constexpr std::string_view webhook_prefix = "wh_";
inline constexpr std::string_view delivery_prefix = "del_";

std::string public_id(std::string_view prefix, std::int64_t id);
// Nothing for what public_id would not have written.
std::optional<std::int64_t> read_public_id(std::string_view prefix, std::string_view text);

}  // namespace sextant::leads
