// /v1/webhooks/{id}/deliveries, /test and /replay
#include "base/text.hpp"
#include "hooks/deliveries.hpp"
#include "leads/api_call.hpp"
#include "leads/idempotency.hpp"
#include "leads/json_body.hpp"
#include "leads/public_id.hpp"

namespace sextant::leads {
namespace {

constexpr std::string_view what = "webhook";

void write_text_or_null(json::Writer& json, std::string_view name, const std::string& text) {
  json.key(name);
  text.empty() ? json.null() : json.string(text);
}

void write_time_or_null(json::Writer& json, std::string_view name, std::optional<Instant> at) {
  json.key(name);
  at ? json.time(*at) : json.null();
}

void append(std::string& out, const hooks::Delivery& delivery) {
  json::Writer json(out);
  json.begin_object();
  json.key("id").string(public_id(delivery_prefix, delivery.id));
  json.key("webhook_id").string(delivery.message_id);
  json.key("event").string(delivery.event);
  json.key("state").string(hooks::to_text(delivery.state));
  json.key("attempts").integer(delivery.attempts);
  json.key("status");
  delivery.status ? json.integer(*delivery.status) : json.null();
  write_text_or_null(json, "error", delivery.error);
  json.key("tries").raw(delivery.tries.empty() ? "[]" : delivery.tries);
  json.key("created_at").time(delivery.created_at);
  write_time_or_null(json, "delivered_at", delivery.delivered_at);
  write_time_or_null(json, "next_attempt_at", delivery.next_attempt_at);
  json.end_object();
}

}  // namespace

Result<http::Response> list_webhook_deliveries(const ApiCall& call) {
  const std::int64_t id = TRY(read_path_id(call, webhook_prefix, what));
  const int limit = TRY(read_limit(call));
  const auto position = TRY(open_cursor(call, {}));
  TRY(find_webhook(call.db, call.organization, id));
  const auto before = position ? parse_integer(*position) : std::nullopt;
  const auto page = TRY(hooks::list_deliveries(call.db, call.organization, id, before, limit));
  std::optional<std::string> next;
  if (page.has_more && !page.items.empty())
    next = seal_cursor(call, std::to_string(page.items.back().id), {});
  std::string out = "{\"data\":[";
  for (const hooks::Delivery& delivery : page.items) {
    if (&delivery != &page.items.front()) out += ',';
    append(out, delivery);
  }
  append_list_end(out, next);
  return http::json(std::move(out));
}

Result<http::Response> test_webhook(const ApiCall& call) {
  const std::int64_t id = TRY(read_path_id(call, webhook_prefix, what));
  TRY(find_webhook(call.db, call.organization, id));
  return act_once(call, Shows::nobody, [&]() -> Result<http::Response> {
    const ApiEnvironment& environment = call.environment;
    const auto trial = TRY(hooks::try_endpoint(environment.database, call.organization, id,
                                               environment.webhook_secrets, environment.webhooks,
                                               environment.clock.now()));
    std::string out;
    json::Writer json(out);
    json.begin_object();
    json.key("status");
    trial.status == 0 ? json.null() : json.integer(trial.status);
    write_text_or_null(json, "error", trial.error);
    json.key("body").string(trial.body);
    json.key("took_ms").integer(trial.took.count());
    json.end_object();
    return http::json(std::move(out));
  });
}

Result<http::Response> replay_webhook(const ApiCall& call) {
  const std::int64_t id = TRY(read_path_id(call, webhook_prefix, what));
  return with_body(call.request, [&](const JsonBody& body) -> Result<http::Response> {
    const auto since = parse_iso(TRY(body.text("since")));
    if (!since)
      return fail(ErrorKind::invalid,
                  "since takes a date such as 2026-05-01 or a time such as 2026-05-01T17:24:00Z");
    TRY(find_webhook(call.db, call.organization, id));
    return act_once(call, Shows::nobody, [&]() -> Result<http::Response> {
      const ApiEnvironment& environment = call.environment;
      const std::int64_t queued = TRY(hooks::replay(environment.database, call.organization, id,
                                                    since->at, environment.clock.now()));
      http::Response response = http::json("{\"queued\":" + std::to_string(queued) + "}");
      response.status = 202;
      return response;
    });
  });
}

}  // namespace sextant::leads
