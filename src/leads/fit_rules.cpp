#include "leads/fit_rules.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/ids.hpp"
#include "base/text.hpp"

namespace sextant::leads {
namespace {

constexpr std::string_view field_names[] = {"language", "location", "followers", "company",
                                            "keyword"};
constexpr std::string_view comparison_names[] = {"is", "contains", "at_least", "at_most"};
constexpr int points_max = 100;
constexpr std::size_t value_length_max = 200;
constexpr std::size_t rules_max = 200;  // of an organisation: every lead shown is held against all

template <typename Enum, std::size_t count>
std::optional<Enum> named(const std::string_view (&names)[count], std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<Enum>(found - std::begin(names));
}

bool compares_text(FitComparison comparison) {
  return comparison == FitComparison::is || comparison == FitComparison::contains;
}

bool meets(const FitRule& rule, std::string_view text) {
  if (text.empty()) return false;
  const std::string folded = fold(text);
  const std::string wanted = fold(rule.value);
  return rule.comparison == FitComparison::is ? folded == wanted : folded.contains(wanted);
}

bool meets(const FitRule& rule, const std::vector<std::string>& texts) {
  return std::ranges::any_of(texts, [&](const std::string& text) { return meets(rule, text); });
}

bool meets(const FitRule& rule, std::optional<std::int64_t> number) {
  const auto bound = parse_integer(rule.value);
  if (!number || !bound) return false;
  return rule.comparison == FitComparison::at_least ? *number >= *bound : *number <= *bound;
}

bool meets(const FitRule& rule, const Lead& lead) {
  switch (rule.field) {
    case FitField::language:
      return meets(rule, lead.profile.top_languages);
    case FitField::location:
      return meets(rule, lead.profile.location);
    case FitField::followers:
      return meets(rule, lead.profile.followers);
    case FitField::company: {
      std::string_view company = lead.profile.company;
      if (company.starts_with('@') && !rule.value.starts_with('@')) company.remove_prefix(1);
      return meets(rule, company);
    }
    case FitField::keyword:
      return meets(rule, lead.keywords);
  }
  return false;
}

FitComparison usual_comparison(FitField field) {
  if (field == FitField::followers) return FitComparison::at_least;
  const bool is_free_text = field == FitField::location || field == FitField::company;
  return is_free_text ? FitComparison::contains : FitComparison::is;
}

}  // namespace

std::string_view to_text(FitField field) {
  return field_names[static_cast<std::size_t>(field)];
}

std::string_view to_text(FitComparison comparison) {
  return comparison_names[static_cast<std::size_t>(comparison)];
}

std::optional<int> fit_score(std::span<const FitRule> rules, const Lead& lead) {
  if (rules.empty()) return std::nullopt;
  int points = 0;
  for (const FitRule& rule : rules)
    if (meets(rule, lead)) points += rule.points;
  return std::clamp(points, 0, 100);
}

Result<FitRule> read_fit_rule(std::string_view field, std::string_view comparison,
                              std::string_view value, std::int64_t points) {
  const auto known_field = named<FitField>(field_names, field);
  if (!known_field)
    return fail(ErrorKind::invalid,
                "field takes language, location, followers, company or keyword");
  const bool is_number = *known_field == FitField::followers;
  const auto known = comparison.empty() ? std::optional(usual_comparison(*known_field))
                                        : named<FitComparison>(comparison_names, comparison);
  if (!known || compares_text(*known) == is_number)
    return fail(ErrorKind::invalid,
                fmt::format("operator takes {} for {}",
                            is_number ? "at_least or at_most" : "is or contains", field));
  value = trim(value);
  if (is_number && !parse_integer(value))
    return fail(ErrorKind::invalid, "value takes a whole number for followers");
  if (value.empty() || value.size() > value_length_max)
    return fail(ErrorKind::invalid,
                fmt::format("value takes 1 to {} characters", value_length_max));
  if (points < -points_max || points > points_max || points == 0)
    return fail(
        ErrorKind::invalid,
        fmt::format("points takes a whole number from -{0} to {0} other than 0", points_max));
  return FitRule{.id = 0,
                 .field = *known_field,
                 .comparison = *known,
                 .value = valid_utf8(value),
                 .points = static_cast<int>(points),
                 .created_at = {}};
}

Result<std::vector<FitRule>> list_fit_rules(db::Connection& db, std::int64_t organization) {
  return db.rows(db::Query("SELECT id, field, comparison, value, points, created_at FROM fit_rules"
                           " WHERE organization = {} ORDER BY created_at, id",
                           organization),
                 [](const db::Row& row) {
                   return FitRule{.id = row.integer(0),
                                  .field = static_cast<FitField>(row.integer(1)),
                                  .comparison = static_cast<FitComparison>(row.integer(2)),
                                  .value = std::string(row.text(3)),
                                  .points = static_cast<int>(row.integer(4)),
                                  .created_at = row.time(5)};
                 });
}

Result<FitRule> add_fit_rule(db::Connection& db, std::int64_t organization, FitRule rule,
                             Instant now) {
  const auto there = TRY(list_fit_rules(db, organization));
  if (there.size() >= rules_max)
    return fail(ErrorKind::conflict,
                fmt::format("there are {} fit rules already, which is the most", rules_max));
  rule.id = new_id();
  rule.created_at = now;
  TRY(db.execute(db::Query(
      "INSERT INTO fit_rules (organization, id, field, comparison, value, points, created_at)"
      " VALUES ({}, {}, {}, {}, {}, {}, {})",
      organization, rule.id, rule.field, rule.comparison, rule.value, rule.points, now)));
  return rule;
}

Result<bool> remove_fit_rule(db::Connection& db, std::int64_t organization, std::int64_t id) {
  const auto removed = TRY(db.execute(
      db::Query("DELETE FROM fit_rules WHERE organization = {} AND id = {}", organization, id)));
  return removed > 0;
}

}  // namespace sextant::leads
