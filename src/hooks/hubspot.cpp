// HubSpot: a lead with an e-mail becomes a contact, or changes the one that has that e-mail. The
// properties are those that every account has.
#include <array>
#include <string>

#include <simdjson.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "hooks/destination.hpp"

namespace sextant::hooks {
namespace {

struct Property {
  const char* name;
  const char* field;
};
constexpr std::array properties{Property{"company", "company"}, Property{"city", "location"},
                                Property{"website", "github_profile_url"}};

std::string_view text_of(simdjson::dom::element data, const char* field) {
  std::string_view text;
  return data[field].get(text) == simdjson::SUCCESS ? trim(text) : std::string_view();
}

void add_property(json::Writer& json, const char* name, std::string_view text) {
  if (!text.empty()) json.key(name).string(text);
}

// What comes after the first word is the last name.
void add_name(json::Writer& json, std::string_view name) {
  const auto space = name.find(' ');
  add_property(json, "firstname", name.substr(0, space));
  if (space != name.npos) add_property(json, "lastname", trim(name.substr(space)));
}

void add_contact(json::Writer& json, simdjson::dom::element data, std::string_view email) {
  json.begin_object().key("idProperty").string("email").key("id").string(email);
  json.key("properties").begin_object();
  json.key("email").string(email);
  add_name(json, text_of(data, "name"));
  for (const Property& property : properties)
    add_property(json, property.name, text_of(data, property.field));
  json.end_object().end_object();
}

bool is_about_a_living_lead(std::string_view event) {
  return event.starts_with("lead.") && event != "lead.deleted";
}

}  // namespace

Result<Formatted> format_for_hubspot(std::string_view body, const Secret& token) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::dom::element data;
  if (parser.parse(body.data(), body.size()).get(root) || root["data"].get(data))
    return fail(ErrorKind::invalid, "the message is no event with data");
  if (!is_about_a_living_lead(text_of(root, "event")))
    return fail(ErrorKind::invalid, "HubSpot gets leads that are created, enriched or updated");
  const std::string_view email = text_of(data, "email");
  if (email.empty())
    return fail(ErrorKind::invalid, "the lead has no e-mail, by which HubSpot knows its contacts");
  Formatted formatted;
  json::Writer json(formatted.body);
  json.begin_object().key("inputs").begin_array();
  add_contact(json, data, email);
  json.end_array().end_object();
  formatted.headers.push_back("Authorization: Bearer " + token.reveal());
  return formatted;
}

}  // namespace sextant::hooks
