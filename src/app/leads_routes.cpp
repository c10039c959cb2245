#include "app/leads_routes.hpp"

#include "base/json.hpp"
#include "leads/plans.hpp"

namespace sextant::app {
namespace {

using http::Method;
using LeadsHandler = Result<http::Response> (*)(const leads::ApiCall&);

struct LeadsRoute {
  Method method;
  std::string_view pattern;
  LeadsHandler handler;
  http::Cost cost = http::Cost::slow;
};

constexpr LeadsRoute routes[] = {
    {Method::get, "/v1/leads", leads::list_leads, http::Cost::quick},
    {Method::get, "/v1/leads/{id}", leads::show_lead, http::Cost::quick},
    {Method::get, "/v1/tracked-repos", leads::list_tracked_repositories, http::Cost::quick},
    {Method::post, "/v1/tracked-repos", leads::add_tracked_repository},
    {Method::patch, "/v1/tracked-repos/{id}", leads::change_tracked_repository},
    {Method::del, "/v1/tracked-repos/{id}", leads::remove_tracked_repository},
    {Method::get, "/v1/tracked-keywords", leads::list_tracked_keywords, http::Cost::quick},
    {Method::post, "/v1/tracked-keywords", leads::add_tracked_keyword},
    {Method::post, "/v1/tracked-keywords/preview", leads::preview_keyword},
    {Method::patch, "/v1/tracked-keywords/{id}", leads::change_tracked_keyword},
    {Method::del, "/v1/tracked-keywords/{id}", leads::remove_tracked_keyword},
    {Method::get, "/v1/people/{id}", leads::show_person, http::Cost::quick},
    {Method::get, "/v1/companies", leads::list_companies},
    {Method::get, "/v1/suppressions", leads::list_suppressed, http::Cost::quick},
    {Method::post, "/v1/suppressions", leads::add_suppressed},
    {Method::del, "/v1/suppressions/{id}", leads::remove_suppressed},
    {Method::post, "/v1/erase", leads::erase},
    {Method::get, "/v1/fit-rules", leads::list_rules, http::Cost::quick},
    {Method::post, "/v1/fit-rules", leads::add_rule},
    {Method::del, "/v1/fit-rules/{id}", leads::remove_rule},
    {Method::get, "/v1/webhooks", leads::list_webhooks, http::Cost::quick},
    {Method::post, "/v1/webhooks", leads::add_webhook},
    {Method::get, "/v1/webhooks/{id}", leads::show_webhook, http::Cost::quick},
    {Method::patch, "/v1/webhooks/{id}", leads::change_webhook},
    {Method::del, "/v1/webhooks/{id}", leads::remove_webhook},
    {Method::get, "/v1/webhooks/{id}/deliveries", leads::list_webhook_deliveries},
    {Method::post, "/v1/webhooks/{id}/test", leads::test_webhook},
    {Method::post, "/v1/webhooks/{id}/replay", leads::replay_webhook},
    {Method::post, "/v1/webhooks/{id}/rotate-secret", leads::rotate_webhook_secret},
    {Method::get, "/v1/usage", leads::show_usage, http::Cost::quick},
    {Method::get, "/v1/coverage", leads::show_coverage},
};

// {"error": "not_found", "message": "..."}, in the contract's words.
std::string leads_problem(int, const http::Problem& problem) {
  std::string body;
  json::Writer json(body);
  json.begin_object();
  json.key("error").string(problem.code == "internal"    ? "internal_error"
                           : problem.code == "throttled" ? "rate_limited"
                                                         : problem.code);
  json.key("message").string(problem.message);
  json.end_object();
  return body;
}

}  // namespace

access::Allowance leads_allowance(const std::optional<std::string>& plan) {
  const leads::Plan& found = leads::plan_of(plan);
  return {.has_api = found.has_api, .requests_per_minute = found.requests_a_minute};
}

void add_leads_routes(http::Router& router, db::Database& database, access::KeyGuard& guard,
                      const leads::ApiEnvironment& environment) {
  router.set_problem_shape("/v1/", leads_problem);
  for (const LeadsRoute& route : routes)
    router.add({route.method, std::string(route.pattern),
                [&database, &guard, &environment,
                 handler = route.handler](const http::Request& request) -> Result<http::Response> {
                  const auto connection = TRY(database.reader());
                  auto outcome = guard.admit(request, *connection);
                  if (auto* refused = std::get_if<http::Response>(&outcome))
                    return std::move(*refused);
                  auto& admission = std::get<access::Admission>(outcome);
                  auto answered = handler({.request = request,
                                           .environment = environment,
                                           .db = *connection,
                                           .organization = admission.caller->organization});
                  http::Response response =
                      answered ? *std::move(answered) : http::problem(answered.error(), request);
                  for (auto& header : admission.rate_headers)
                    response.headers.push_back(std::move(header));
                  return response;
                },
                route.cost});
}

}  // namespace sextant::app
