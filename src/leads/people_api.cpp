// /v1/people/{id} and /v1/companies
#include "base/text.hpp"
#include "leads/api_call.hpp"
#include "leads/companies.hpp"
#include "leads/lead_shape.hpp"
#include "leads/lead_store.hpp"
#include "leads/people.hpp"
#include "leads/public_id.hpp"

namespace sextant::leads {
namespace {

constexpr int timeline_max = 200;

void write_text(json::Writer& json, std::string_view name, const std::string& text) {
  json.key(name);
  text.empty() ? json.null() : json.string(text);
}

void write_integer(json::Writer& json, std::string_view name, std::optional<std::int64_t> number) {
  json.key(name);
  number ? json.integer(*number) : json.null();
}

void write_profile(json::Writer& json, const Profile& profile) {
  write_text(json, "name", profile.name);
  write_text(json, "email", profile.email);
  write_text(json, "email_source", profile.email_source);
  write_text(json, "bio", profile.bio);
  write_text(json, "company", profile.company);
  write_text(json, "location", profile.location);
  write_integer(json, "followers", profile.followers);
  write_integer(json, "public_repos", profile.public_repos);
  json.key("account_created_at");
  profile.account_created_at ? json.time(*profile.account_created_at) : json.null();
  json.key("top_languages").begin_array();
  for (const std::string& language : profile.top_languages) json.string(language);
  json.end_array();
}

void append(std::string& out, const Company& company) {
  json::Writer json(out);
  json.begin_object();
  json.key("company").string(company.name);
  json.key("key").string(company.key);
  json.key("people").integer(company.people);
  json.key("leads").integer(company.leads);
  json.key("heat").integer(company.heat);
  json.key("last_captured_at").time(company.last_captured_at);
  json.end_object();
}

}  // namespace

Result<http::Response> show_person(const ApiCall& call) {
  const std::int64_t id = TRY(read_path_id(call, person_prefix, "person"));
  const auto snapshot = TRY(db::Snapshot::begin(call.db));
  const auto person = TRY(People(call.db, call.organization).find(id));
  if (!person || person->is_suppressed) return no_such("person");
  const auto timeline = TRY(LeadStore(call.db, call.organization).of_person(id, timeline_max));
  if (timeline.empty()) return no_such("person");  // over quota: not shown yet
  const auto rules = TRY(list_fit_rules(call.db, call.organization));
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.key("id").string(public_id(person_prefix, id));
  json.key("github_username").string(person->login);
  json.key("github_profile_url").string("https://github.com/" + person->login);
  write_profile(json, timeline.front().profile);
  json.key("timeline").begin_array();
  for (const Lead& lead : timeline) json.raw(to_json(shown(lead, rules)));
  json.end_array();
  json.end_object();
  return http::json(std::move(out));
}

Result<http::Response> list_companies(const ApiCall& call) {
  const int limit = TRY(read_limit(call));
  const auto position = TRY(open_cursor(call, {}));
  const std::int64_t offset = position ? parse_integer(*position).value_or(0) : 0;
  auto companies = TRY(
      list_companies(call.db, call.organization, call.environment.clock.now(), limit + 1, offset));
  std::optional<std::string> next;
  if (std::ssize(companies) > limit) {
    companies.pop_back();
    next = seal_cursor(call, std::to_string(offset + limit), {});
  }
  std::string out = "{\"data\":[";
  for (const Company& company : companies) {
    if (&company != &companies.front()) out += ',';
    append(out, company);
  }
  append_list_end(out, next);
  return http::json(std::move(out));
}

}  // namespace sextant::leads
