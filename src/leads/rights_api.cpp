// /v1/suppressions and /v1/erase
#include "base/text.hpp"
#include "leads/api_call.hpp"
#include "leads/erasure.hpp"
#include "leads/idempotency.hpp"
#include "leads/json_body.hpp"
#include "leads/public_id.hpp"
#include "leads/suppressions.hpp"

namespace sextant::leads {
namespace {

void append(std::string& out, const Suppression& suppression) {
  json::Writer json(out);
  json.begin_object();
  json.key("id").string(public_id(suppression_prefix, suppression.id));
  json.key("kind").string(to_text(suppression.kind));
  json.key("value").string(suppression.value);
  json.key("created_at").time(suppression.created_at);
  json.end_object();
}

std::string to_json(const Erased& erased) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.key("people").integer(erased.people);
  json.key("leads").integer(erased.leads);
  json.key("profiles").integer(erased.profiles);
  json.key("deliveries").integer(erased.deliveries);
  json.key("events").integer(erased.events);
  json.key("answers").integer(erased.answers);
  json.end_object();
  return out;
}

}  // namespace

Result<http::Response> list_suppressed(const ApiCall& call) {
  const auto suppressions = TRY(list_suppressions(call.db, call.organization));
  return whole_list(suppressions, append);
}

Result<http::Response> add_suppressed(const ApiCall& call) {
  return with_body(call.request, [&](const JsonBody& body) -> Result<http::Response> {
    const auto kind = suppression_kind(TRY(body.text("kind")));
    if (!kind) return fail(ErrorKind::invalid, "kind takes login, email, domain or org");
    const std::string value = TRY(body.text("value"));
    return write_once(call, Shows::people, [&](db::Connection& db) -> Result<http::Response> {
      const auto made =
          TRY(add_suppression(db, call.organization, *kind, value, call.environment.clock.now()));
      std::string record;
      append(record, made);
      return created(std::move(record),
                     "/v1/suppressions/" + public_id(suppression_prefix, made.id));
    });
  });
}

Result<http::Response> remove_suppressed(const ApiCall& call) {
  const std::int64_t id = TRY(read_path_id(call, suppression_prefix, "suppression"));
  return write(call, [&](db::Connection& db) -> Result<http::Response> {
    if (!TRY(remove_suppression(db, call.organization, id))) return no_such("suppression");
    return http::no_content();
  });
}

Result<http::Response> erase(const ApiCall& call) {
  return with_body(call.request, [&](const JsonBody& body) -> Result<http::Response> {
    const std::string written = TRY(body.text("login"));
    const std::string login = TRY(read_login(written));
    return write_once(call, Shows::nobody, [&](db::Connection& db) -> Result<http::Response> {
      const ApiEnvironment& environment = call.environment;
      const Erased erased =
          TRY(erase_person(db, call.organization, login, environment.tombstone_key,
                           environment.erase_events, environment.clock.now()));
      return http::json(to_json(erased));
    });
  });
}

}  // namespace sextant::leads
