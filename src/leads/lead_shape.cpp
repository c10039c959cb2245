#include "leads/lead_shape.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "leads/public_id.hpp"

namespace sextant::leads {
namespace {

using http::Cell;
using Shown = ShownLead;

void text_or_null(const std::string& text, Cell& cell) {
  text.empty() ? cell.null() : cell.text(text);
}

// In JSON an array, in a CSV one cell.
template <typename Texts>
void as_array(const Texts& texts, Cell& cell) {
  json::Writer array(cell.out());
  array.begin_array();
  for (const auto& text : texts) array.string(text);
  array.end_array();
}
template <typename Texts>
void as_one_text(const Texts& texts, Cell& cell) {
  std::string joined;
  for (const auto& text : texts) joined.append(joined.empty() ? "" : "; ").append(text);
  cell.text(joined);
}

std::span<const std::string_view> reasons_of(const Shown& shown) {
  if (!shown.authenticity) return {};
  return shown.authenticity->reasons;
}

template <std::string Profile::* member>
void of_profile(const Shown& shown, Cell& cell) {
  text_or_null(shown.lead.profile.*member, cell);
}

template <std::string Lead::* member>
void of_lead(const Shown& shown, Cell& cell) {
  text_or_null(shown.lead.*member, cell);
}

constexpr std::string_view top_languages = "top_languages";
constexpr std::string_view authenticity_reasons = "authenticity_reasons";
constexpr std::string_view keywords = "keywords";

// The contract's fields in its order, then what is beyond it.
constexpr http::Column<Shown> columns[] = {
    {"id", [](const Shown& s, Cell& cell) { cell.text(public_id(lead_prefix, s.lead.id)); }},
    {"signal_type", [](const Shown& s, Cell& cell) { cell.text(signal_type(s.lead.kind)); }},
    {"signal_source", of_lead<&Lead::repository>},
    {"github_username", of_lead<&Lead::login>},
    {"name", of_profile<&Profile::name>},
    {"email", of_profile<&Profile::email>},
    {"bio", of_profile<&Profile::bio>},
    {"company", of_profile<&Profile::company>},
    {"location", of_profile<&Profile::location>},
    {"followers",
     [](const Shown& s, Cell& cell) { cell.integer_or_null(s.lead.profile.followers); }},
    {top_languages,
     [](const Shown& s, Cell& cell) { as_array(s.lead.profile.top_languages, cell); }},
    {"captured_at", [](const Shown& s, Cell& cell) { cell.time(s.lead.captured_at); }},
    {"signal_context", of_lead<&Lead::context>},
    {"signal_url", of_lead<&Lead::url>},
    {"keyword",
     [](const Shown& s, Cell& cell) {
       s.lead.keywords.empty() ? cell.null() : cell.text(s.lead.keywords.front());
     }},
    {"snippet", of_lead<&Lead::snippet>},
    {"github_profile_url",
     [](const Shown& s, Cell& cell) { cell.text("https://github.com/" + s.lead.login); }},
    {"public_repos",
     [](const Shown& s, Cell& cell) { cell.integer_or_null(s.lead.profile.public_repos); }},
    {"account_created_at",
     [](const Shown& s, Cell& cell) { cell.time_or_null(s.lead.profile.account_created_at); }},
    {"updated_at", [](const Shown& s, Cell& cell) { cell.time(s.lead.updated_at); }},
    {"authenticity",
     [](const Shown& s, Cell& cell) {
       s.authenticity ? cell.integer(s.authenticity->score) : cell.null();
     }},
    {"fit_score", [](const Shown& s, Cell& cell) { cell.integer_or_null(s.fit_score); }},
    {authenticity_reasons, [](const Shown& s, Cell& cell) { as_array(reasons_of(s), cell); }},
    {keywords, [](const Shown& s, Cell& cell) { as_array(s.lead.keywords, cell); }},
    {"occurred_at", [](const Shown& s, Cell& cell) { cell.time(s.lead.occurred_at); }},
    {"captured_by", [](const Shown& s, Cell& cell) { cell.text(to_text(s.lead.captured_by)); }},
    {"backfill", [](const Shown& s, Cell& cell) { cell.boolean(s.lead.is_backfill); }},
    {"email_source", of_profile<&Profile::email_source>},
    {"person_id",
     [](const Shown& s, Cell& cell) { cell.text(public_id(person_prefix, s.lead.person)); }},
};

constexpr auto csv_columns = [] {
  std::array<http::Column<Shown>, std::size(columns)> made{};
  std::ranges::copy(columns, made.begin());
  for (auto& column : made) {
    if (column.name == top_languages)
      column.write = [](const Shown& s, Cell& cell) {
        as_one_text(s.lead.profile.top_languages, cell);
      };
    if (column.name == authenticity_reasons)
      column.write = [](const Shown& s, Cell& cell) { as_one_text(reasons_of(s), cell); };
    if (column.name == keywords)
      column.write = [](const Shown& s, Cell& cell) { as_one_text(s.lead.keywords, cell); };
  }
  return made;
}();

}  // namespace

ShownLead shown(const Lead& lead, std::span<const FitRule> rules) {
  return {lead, authenticity_of(lead), fit_score(rules, lead)};
}

std::span<const http::Column<ShownLead>> lead_columns() {
  return columns;
}

std::span<const http::Column<ShownLead>> lead_csv_columns() {
  return csv_columns;
}

std::string to_json(const ShownLead& lead) {
  std::string out;
  out.reserve(1024);
  http::append_object<ShownLead>(out, lead, columns);
  return out;
}

}  // namespace sextant::leads
