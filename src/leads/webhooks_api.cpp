// /v1/webhooks
#include <algorithm>

#include "hooks/endpoints.hpp"
#include "leads/announcements.hpp"
#include "leads/api_call.hpp"
#include "leads/idempotency.hpp"
#include "leads/json_body.hpp"
#include "leads/public_id.hpp"
#include "leads/signal.hpp"
#include "leads/trackers.hpp"

namespace sextant::leads {
namespace {

constexpr std::string_view what = "webhook";
constexpr std::size_t values_max = 100;

// The record's fields that are filters, and the attributes that announcements have.
struct TextFilter {
  std::string_view field;
  std::string attribute;
};
const TextFilter text_filters[] = {
    {"signal_types", "signal_type"}, {"repos", "repository"}, {"keywords", "keyword"}};
struct NumberFilter {
  std::string_view field;
  std::string attribute;
};
const NumberFilter number_filters[] = {{"min_fit_score", "fit_score"},
                                       {"min_authenticity", "authenticity"}};

template <typename Texts>
void write_texts(json::Writer& json, std::string_view name, const Texts& texts) {
  json.key(name).begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

void append(std::string& out, const hooks::Endpoint& endpoint, const Secret& secret) {
  json::Writer json(out);
  json.begin_object();
  json.key("id").string(public_id(webhook_prefix, endpoint.id));
  json.key("kind").string(hooks::to_text(endpoint.kind));
  json.key("url").string(endpoint.url);
  write_texts(json, "events", endpoint.wants.events);
  for (const TextFilter& filter : text_filters) {
    const auto values = endpoint.wants.texts.find(filter.attribute);
    write_texts(json, filter.field,
                values == endpoint.wants.texts.end() ? std::set<std::string>() : values->second);
  }
  for (const NumberFilter& filter : number_filters) {
    json.key(filter.field);
    const auto least = endpoint.wants.numbers.find(filter.attribute);
    least == endpoint.wants.numbers.end() ? json.null() : json.number(least->second);
  }
  json.key("enabled").boolean(endpoint.enabled);
  json.key("disabled_at");
  endpoint.disabled_at ? json.time(*endpoint.disabled_at) : json.null();
  json.key("disabled_reason");
  endpoint.disabled_reason.empty() ? json.null() : json.string(endpoint.disabled_reason);
  json.key("created_at").time(endpoint.created_at);
  if (!secret.empty()) json.key("secret").string(secret.reveal());
  json.end_object();
}

std::string to_json(const hooks::Endpoint& endpoint, const Secret& secret = {}) {
  std::string out;
  append(out, endpoint, secret);
  return out;
}

Result<void> check_events(const ApiCall& call, const std::vector<std::string>& events) {
  const auto& others = call.environment.other_events;
  for (const std::string& event : events)
    if (std::ranges::find(all_events, event) == std::end(all_events) &&
        std::ranges::find(others, event) == others.end())
      return fail(ErrorKind::invalid,
                  "events takes a list of lead.created, lead.enriched, lead.updated, lead.deleted "
                  "and quota.reached");
  return {};
}

Result<void> check_values(std::string_view field, const std::vector<std::string>& values) {
  if (values.size() > values_max)
    return fail(ErrorKind::invalid, std::string(field) + " takes up to 100 texts");
  for (const std::string& value : values) {
    if (field == "signal_types" && kinds_of(value).empty())
      return fail(ErrorKind::invalid, "signal_types takes a list of " + std::string(signal_types));
    if (field == "repos" && !check_full_name(value))
      return fail(ErrorKind::invalid, "repos takes a list of owner/name, such as acme/sdk");
  }
  return {};
}

// What the body says, over what was wanted before.
Result<hooks::Wants> read_wants(const ApiCall& call, const JsonBody& body, hooks::Wants wants) {
  if (const auto events = TRY(body.texts_if_there("events"))) {
    TRY(check_events(call, *events));
    wants.events = {events->begin(), events->end()};
  }
  // Those of others are for who asks for them by name.
  if (wants.events.empty()) wants.events = {std::begin(all_events), std::end(all_events)};
  for (const TextFilter& filter : text_filters) {
    const auto values = TRY(body.texts_if_there(filter.field));
    if (!values) continue;
    TRY(check_values(filter.field, *values));
    wants.texts.erase(filter.attribute);
    if (!values->empty())
      wants.texts.emplace(filter.attribute, std::set<std::string>(values->begin(), values->end()));
  }
  for (const NumberFilter& filter : number_filters) {
    if (body.is_null(filter.field)) wants.numbers.erase(filter.attribute);
    const auto least = TRY(body.number_if_there(filter.field));
    if (!least) continue;
    if (*least < 0 || *least > 100)
      return fail(ErrorKind::invalid, std::string(filter.field) + " takes a number from 0 to 100");
    wants.numbers.erase(filter.attribute);
    if (*least > 0) wants.numbers.emplace(filter.attribute, *least);
  }
  return wants;
}

Result<hooks::NewEndpoint> read_new(const ApiCall& call, const JsonBody& body) {
  hooks::NewEndpoint endpoint;
  if (const auto kind = TRY(body.text_if_there("kind"))) {
    const auto known = hooks::parse_kind(*kind);
    if (!known) return fail(ErrorKind::invalid, "kind takes webhook, slack, discord or hubspot");
    endpoint.kind = *known;
  }
  auto url = TRY(body.text_if_there("url"));
  if (!url && endpoint.kind != hooks::Kind::hubspot)
    return fail(ErrorKind::invalid, "url takes where to send to, and is required");
  endpoint.url = std::move(url).value_or("");
  auto token = TRY(body.text_if_there("token"));
  endpoint.credential = Secret(std::move(token).value_or(""));
  endpoint.wants = TRY(read_wants(call, body, {}));
  return endpoint;
}

}  // namespace

Result<http::Response> list_webhooks(const ApiCall& call) {
  const auto endpoints = TRY(hooks::list_endpoints(call.db, call.organization));
  return whole_list(endpoints, [](std::string& out, const hooks::Endpoint& endpoint) {
    append(out, endpoint, {});
  });
}

Result<http::Response> add_webhook(const ApiCall& call) {
  return with_body(call.request, [&](const JsonBody& body) -> Result<http::Response> {
    const auto endpoint = TRY(read_new(call, body));
    const auto is_enabled = TRY(body.flag_if_there("enabled"));
    return write_once(call, Shows::nobody, [&](db::Connection& db) -> Result<http::Response> {
      const ApiEnvironment& environment = call.environment;
      const auto made =
          TRY(hooks::add_endpoint(db, call.organization, endpoint, environment.webhooks,
                                  environment.webhook_secrets, environment.clock.now()));
      if (is_enabled == false)
        TRY(hooks::change_endpoint(db, call.organization, made.endpoint.id,
                                   {.url = {}, .wants = {}, .enabled = false, .credential = {}},
                                   environment.webhooks, environment.webhook_secrets,
                                   environment.clock.now()));
      const auto endpoint_now = TRY(find_webhook(db, call.organization, made.endpoint.id));
      return created(to_json(endpoint_now, made.secret),
                     "/v1/webhooks/" + public_id(webhook_prefix, made.endpoint.id));
    });
  });
}

Result<http::Response> show_webhook(const ApiCall& call) {
  const std::int64_t id = TRY(read_path_id(call, webhook_prefix, what));
  const auto endpoint = TRY(find_webhook(call.db, call.organization, id));
  return http::json(to_json(endpoint));
}

Result<http::Response> change_webhook(const ApiCall& call) {
  const std::int64_t id = TRY(read_path_id(call, webhook_prefix, what));
  return with_body(call.request, [&](const JsonBody& body) -> Result<http::Response> {
    return write(call, [&](db::Connection& db) -> Result<http::Response> {
      const ApiEnvironment& environment = call.environment;
      const auto before = TRY(find_webhook(db, call.organization, id));
      hooks::EndpointChange change;
      change.url = TRY(body.text_if_there("url"));
      change.enabled = TRY(body.flag_if_there("enabled"));
      if (auto token = TRY(body.text_if_there("token"))) change.credential = Secret(*token);
      auto wants = TRY(read_wants(call, body, before.wants));
      if (wants != before.wants) change.wants = std::move(wants);
      const auto changed =
          TRY(hooks::change_endpoint(db, call.organization, id, change, environment.webhooks,
                                     environment.webhook_secrets, environment.clock.now()));
      return http::json(to_json(changed));
    });
  });
}

Result<http::Response> remove_webhook(const ApiCall& call) {
  const std::int64_t id = TRY(read_path_id(call, webhook_prefix, what));
  return write(call, [&](db::Connection& db) -> Result<http::Response> {
    TRY(find_webhook(db, call.organization, id));
    TRY(hooks::remove_endpoint(db, call.organization, id));
    return http::no_content();
  });
}

Result<http::Response> rotate_webhook_secret(const ApiCall& call) {
  const std::int64_t id = TRY(read_path_id(call, webhook_prefix, what));
  return write_once(call, Shows::nobody, [&](db::Connection& db) -> Result<http::Response> {
    const ApiEnvironment& environment = call.environment;
    const auto endpoint = TRY(find_webhook(db, call.organization, id));
    const Secret secret =
        TRY(hooks::rotate_secret(db, call.organization, id, environment.webhooks,
                                 environment.webhook_secrets, environment.clock.now()));
    return http::json(to_json(endpoint, secret));
  });
}

}  // namespace sextant::leads
