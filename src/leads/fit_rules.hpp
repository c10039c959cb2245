// How well a person fits, by the organisation's own rules: data, each rule with its points.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leads/lead.hpp"

namespace sextant::leads {

enum class FitField : std::int8_t {
  language = 0,
  location = 1,
  followers = 2,
  company = 3,
  keyword = 4,
};
enum class FitComparison : std::int8_t { is = 0, contains = 1, at_least = 2, at_most = 3 };
std::string_view to_text(FitField field);
std::string_view to_text(FitComparison comparison);

struct FitRule {
  std::int64_t id = 0;
  FitField field = FitField::language;
  FitComparison comparison = FitComparison::is;
  std::string value;
  int points = 0;
  Instant created_at;
};

// The points of all rules the lead meets, within 0 to 100; nothing where there are no rules. What
// is not known meets no rule.
std::optional<int> fit_score(std::span<const FitRule> rules, const Lead& lead);

// As it came from outside; `invalid` names the field and what it takes. Without a comparison it is
// at_least for numbers, contains for places and companies, is for the rest.
Result<FitRule> read_fit_rule(std::string_view field, std::string_view comparison,
                              std::string_view value, std::int64_t points);

// By time of creation.
Result<std::vector<FitRule>> list_fit_rules(db::Connection& db, std::int64_t organization);
Result<FitRule> add_fit_rule(db::Connection& db, std::int64_t organization, FitRule rule,
                             Instant now);
// False where there is none of that id.
Result<bool> remove_fit_rule(db::Connection& db, std::int64_t organization, std::int64_t id);

}  // namespace sextant::leads
