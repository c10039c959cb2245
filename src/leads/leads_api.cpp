// GET /v1/leads and /v1/leads/{id}: the filters, the page as JSON, all of it as CSV or JSON Lines.
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"
#include "leads/api_call.hpp"
#include "leads/lead_shape.hpp"
#include "leads/lead_store.hpp"
#include "leads/leads_export.hpp"
#include "leads/public_id.hpp"

namespace sextant::leads {
namespace {

constexpr std::string_view filters[] = {"signal_type", "repo",          "since",    "until",
                                        "q",           "min_followers", "language", "has_email"};
constexpr std::string_view csv_type = "text/csv";
constexpr std::string_view lines_type = "application/x-ndjson";
constexpr std::size_t words_max = 16;

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  const std::string folded = fold(text);
  std::string_view rest = folded;
  while (!(rest = trim(rest)).empty() && words.size() < words_max) {
    const auto word = rest.substr(0, rest.find_first_of(" \t\r\n\f\v"));
    words.emplace_back(word);
    rest.remove_prefix(word.size());
  }
  return words;
}

Result<std::optional<Instant>> read_time(const http::Request& request, std::string_view name) {
  const auto time = TRY(request.time(name));
  if (!time) return std::nullopt;
  return time->at;
}

Result<LeadFilter> read_filter(const http::Request& request) {
  LeadFilter filter;
  if (const auto type = request.parameter("signal_type")) {
    filter.kinds = kinds_of(*type);
    if (filter.kinds.empty())
      return fail(ErrorKind::invalid, fmt::format("signal_type takes {}", signal_types));
  }
  filter.repository_folded = fold(trim(request.parameter("repo").value_or("")));
  filter.after = TRY(read_time(request, "since"));
  filter.before = TRY(read_time(request, "until"));
  filter.words = words_of(request.parameter("q").value_or(""));
  if (const auto number = TRY(request.number("min_followers"))) {
    if (*number < 0 || *number > 1e15 || std::floor(*number) != *number)
      return fail(ErrorKind::invalid, "min_followers takes a whole number from 0");
    filter.min_followers = static_cast<std::int64_t>(*number);
  }
  filter.language_folded = fold(trim(request.parameter("language").value_or("")));
  if (const auto flag = request.parameter("has_email")) {
    if (*flag != "true" && *flag != "false")
      return fail(ErrorKind::invalid, "has_email takes true or false");
    filter.has_email = *flag == "true";
  }
  return filter;
}

// "captured_at,id": where the next page starts.
Result<LeadPosition> read_position(std::string_view text) {
  const auto parts = split(text, ',');
  const auto captured_at = parts.size() == 2 ? parse_integer(parts[0]) : std::nullopt;
  const auto id = captured_at ? parse_integer(parts[1]) : std::nullopt;
  if (!id) return fail(ErrorKind::internal, "a cursor of ours does not read");
  return LeadPosition{from_unix_ms(*captured_at), *id};
}

Result<http::Response> list_as_json(const ApiCall& call) {
  const int limit = TRY(read_limit(call));
  LeadFilter filter = TRY(read_filter(call.request));
  if (const auto position = TRY(open_cursor(call, filters)))
    filter.position = TRY(read_position(*position));
  const auto snapshot = TRY(db::Snapshot::begin(call.db));
  const auto rules = TRY(list_fit_rules(call.db, call.organization));
  // One row more than asked tells whether there is a next page.
  auto leads = TRY(LeadStore(call.db, call.organization).list(filter, limit + 1));
  std::optional<std::string> next;
  if (std::ssize(leads) > limit) {
    leads.pop_back();
    const Lead& last = leads.back();
    next = seal_cursor(call, fmt::format("{},{}", unix_ms(last.captured_at), last.id), filters);
  }
  std::string body = "{\"data\":[";
  body.reserve(1024 * static_cast<std::size_t>(limit));
  for (const Lead& lead : leads) {
    if (&lead != &leads.front()) body += ',';
    http::append_object<ShownLead>(body, shown(lead, rules), lead_columns());
  }
  append_list_end(body, next);
  return http::json(std::move(body));
}

}  // namespace

Result<http::Response> list_leads(const ApiCall& call) {
  const bool as_csv = call.request.prefers_over_json(csv_type);
  if (!as_csv && !call.request.prefers_over_json(lines_type)) return list_as_json(call);
  const LeadFilter filter = TRY(read_filter(call.request));
  return export_leads(call, filter, as_csv ? ExportFormat::csv : ExportFormat::json_lines);
}

Result<http::Response> show_lead(const ApiCall& call) {
  const std::int64_t id = TRY(read_path_id(call, lead_prefix, "lead"));
  const auto lead = TRY(LeadStore(call.db, call.organization).find(id));
  if (!lead) return no_such("lead");
  const auto rules = TRY(list_fit_rules(call.db, call.organization));
  return http::json(to_json(shown(*lead, rules)));
}

}  // namespace sextant::leads
