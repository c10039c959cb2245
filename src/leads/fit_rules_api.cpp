// /v1/fit-rules
#include "leads/api_call.hpp"
#include "leads/fit_rules.hpp"
#include "leads/idempotency.hpp"
#include "leads/json_body.hpp"
#include "leads/public_id.hpp"

namespace sextant::leads {
namespace {

void append(std::string& out, const FitRule& rule) {
  json::Writer json(out);
  json.begin_object();
  json.key("id").string(public_id(rule_prefix, rule.id));
  json.key("field").string(to_text(rule.field));
  json.key("operator").string(to_text(rule.comparison));
  json.key("value").string(rule.value);
  json.key("points").integer(rule.points);
  json.key("created_at").time(rule.created_at);
  json.end_object();
}

}  // namespace

Result<http::Response> list_rules(const ApiCall& call) {
  const auto rules = TRY(list_fit_rules(call.db, call.organization));
  return whole_list(rules, append);
}

Result<http::Response> add_rule(const ApiCall& call) {
  return with_body(call.request, [&](const JsonBody& body) -> Result<http::Response> {
    const std::string field = TRY(body.text("field"));
    const auto comparison = TRY(body.text_if_there("operator"));
    const std::string value = TRY(body.text("value"));
    const std::int64_t points = TRY(body.integer("points"));
    const FitRule rule = TRY(read_fit_rule(field, comparison.value_or(""), value, points));
    return write_once(call, Shows::nobody, [&](db::Connection& db) -> Result<http::Response> {
      const FitRule made =
          TRY(add_fit_rule(db, call.organization, rule, call.environment.clock.now()));
      std::string record;
      append(record, made);
      return created(std::move(record), "/v1/fit-rules/" + public_id(rule_prefix, made.id));
    });
  });
}

Result<http::Response> remove_rule(const ApiCall& call) {
  const std::int64_t id = TRY(read_path_id(call, rule_prefix, "fit rule"));
  return write(call, [&](db::Connection& db) -> Result<http::Response> {
    if (!TRY(remove_fit_rule(db, call.organization, id))) return no_such("fit rule");
    return http::no_content();
  });
}

}  // namespace sextant::leads
