// Whom an organisation does not want to hear of: by login, e-mail, e-mail domain or company. Their
// signals are not captured, and what was captured before is shown nowhere while it holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leads/profile.hpp"

namespace sextant::leads {

enum class SuppressionKind : std::int8_t { login = 0, email = 1, domain = 2, org = 3 };
std::string_view to_text(SuppressionKind kind);
std::optional<SuppressionKind> suppression_kind(std::string_view text);

struct Suppression {
  std::int64_t id = 0;
  SuppressionKind kind = SuppressionKind::login;
  std::string value;
  Instant created_at;
};

// By time of creation.
Result<std::vector<Suppression>> list_suppressions(db::Connection& db, std::int64_t organization);
// `invalid` for a value that is none of its kind, `conflict` where it is there already. What waits
// to be delivered about those it meets is not sent any more.
Result<Suppression> add_suppression(db::Connection& db, std::int64_t organization,
                                    SuppressionKind kind, std::string_view value, Instant now);
// False where there is none of that id.
Result<bool> remove_suppression(db::Connection& db, std::int64_t organization, std::int64_t id);

// Whether one of them meets a person.
Result<bool> matches_suppression(db::Connection& db, std::int64_t organization,
                                 std::string_view login, const PersonKeys& keys);

}  // namespace sextant::leads
