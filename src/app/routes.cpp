#include "app/routes.hpp"

#include <functional>

#include "app/openapi.hpp"
#include "base/json.hpp"

namespace sextant::app {
namespace {

using http::Cost;
using http::Method;
using http::Request;
using http::Response;
using ApiHandler = Result<Response> (*)(const velocity::ApiCall&);

struct ApiRoute {
  std::string_view pattern;
  ApiHandler handler;
  Cost cost;
  bool has_csv = false;
};

constexpr ApiRoute api_routes[] = {
    {"/api/v1/pull-requests", velocity::list_pull_requests, Cost::quick, true},
    {"/api/v1/pull-requests/{id}", velocity::show_pull_request, Cost::quick},
    {"/api/v1/contributors", velocity::list_contributors, Cost::quick},
    {"/api/v1/contributors/{username}", velocity::show_contributor, Cost::quick},
    {"/api/v1/contributors/{username}/trends", velocity::show_contributor_trends, Cost::quick},
    {"/api/v1/trends/contributors", velocity::list_contributor_trends, Cost::quick},
};

// A page by cursor is asked for once; everything else is asked again and again.
bool is_worth_keeping(const Request& request) {
  return !request.parameter("cursor");
}

std::string answer_key(const Request& request, std::int64_t organization) {
  std::string key = std::to_string(organization);
  key.append(" ").append(request.target).append(" ").append(request.header("accept").value_or(""));
  return key;
}

Response ask(const velocity::ApiCall& call, ApiHandler handler) {
  auto result = handler(call);
  return result ? *std::move(result) : http::problem(result.error(), call.request);
}

// From memory where nothing has changed, else worked out.
Response answer(Services& services, const velocity::ApiCall& call, ApiHandler handler) {
  const auto state =
      is_worth_keeping(call.request) ? services.answers.state(call.db) : std::nullopt;
  if (!state) return ask(call, handler);
  const std::string key = answer_key(call.request, call.organization);
  if (auto kept = services.answers.find(key, *state)) return *std::move(kept);
  Response response = ask(call, handler);
  services.answers.keep(key, *state, response);
  return response;
}

bool accepts_answer(const Request& request, bool has_csv) {
  return request.accepts("application/json") ||
         (has_csv && (request.accepts("text/csv") || request.parameter("format") == "csv"));
}

using Answering = std::function<Response(const velocity::ApiCall&, const access::Caller&)>;

// Token to caller, rate budget, then the answer with the connection that the guard used.
http::Handler guarded(Services& services, std::string_view endpoint, bool has_csv,
                      Answering answering) {
  return [&services, endpoint, has_csv,
          answering = std::move(answering)](const Request& request) -> Result<Response> {
    const auto connection = TRY(services.database.reader());
    auto outcome = services.guard.admit(request, "read", endpoint, *connection);
    if (auto* refused = std::get_if<Response>(&outcome)) return std::move(*refused);
    auto& admission = std::get<access::Admission>(outcome);

    const velocity::ApiCall call{request, services.velocity, *connection,
                                 admission.caller->organization};
    Response response =
        accepts_answer(request, has_csv)
            ? answering(call, *admission.caller)
            : http::problem(406, "not_acceptable",
                            has_csv ? "this endpoint answers application/json or text/csv"
                                    : "this endpoint answers application/json only");
    response.headers.insert(response.headers.end(),
                            std::make_move_iterator(admission.rate_headers.begin()),
                            std::make_move_iterator(admission.rate_headers.end()));
    return response;
  };
}

// GET /api/v1/organization
Response show_organization(const velocity::ApiCall&, const access::Caller& caller) {
  std::string body;
  json::Writer json(body);
  json.begin_object();
  json.key("id").string(caller.public_id);
  json.key("slug").string(caller.slug);
  json.key("name").string(caller.name);
  json.key("plan").null();  // reserved by the contract
  json.end_object();
  return http::json(std::move(body));
}

Response plain_text(std::string body, std::string content_type = "text/plain; charset=utf-8") {
  Response response;
  response.content_type = std::move(content_type);
  response.body = std::move(body);
  response.has_etag = false;
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Result<Response> ready(Services& services, const Request& request) {
  const auto connection = services.database.reader();
  const auto migrated = connection ? db::is_migrated(**connection)
                                   : Result<bool>(std::unexpected(connection.error()));
  if (!migrated) return http::problem(migrated.error(), request);
  if (!*migrated)
    return http::problem(503, "unavailable", "the store is not migrated; run `sextant migrate`");
  return plain_text("ready\n");
}

// How much there is to do is asked when somebody wants to know; while the store is away the last
// numbers stand.
Response show_metrics(Services& services) {
  const auto connection = services.database.reader();
  if (connection) {
    if (const auto jobs = jobs::count_jobs(**connection)) services.metrics.set_jobs(*jobs);
    if (const auto models = velocity::count_model_questions(**connection))
      services.metrics.set_models(*models);
    if (const auto queue = hooks::queue_state(**connection))
      services.metrics.set_deliveries(*queue, system_clock().now());
  }
  return plain_text(services.metrics.text(), "text/plain; version=0.0.4; charset=utf-8");
}

void add_operational(http::Router& router, Services& services) {
  router.add({Method::get, "/healthz",
              [](const Request&) -> Result<Response> { return plain_text("ok\n"); }, Cost::quick});
  router.add({Method::get, "/readyz",
              [&services](const Request& request) { return ready(services, request); },
              Cost::slow});
  router.add({Method::get, "/metrics",
              [&services](const Request&) -> Result<Response> { return show_metrics(services); },
              Cost::slow});
}

// Tokens are for /api/v1 alone: elsewhere under /api/ a good one is told so, whether or not there
// is a route.
Result<Response> no_route(Services& services, const Request& request) {
  const bool is_outside_v1 = request.path.starts_with("/api/") && request.path != "/api/v1" &&
                             !request.path.starts_with("/api/v1/");
  if (is_outside_v1 && request.header("authorization")) {
    const auto connection = TRY(services.database.reader());
    const auto refused = services.guard.identify(request, *connection);
    if (refused) return *refused;
    return http::problem(403, "forbidden", "tokens are good for /api/v1 only");
  }
  return http::problem(404, "not_found",
                       "there is nothing here; the routes are in /api/openapi.json");
}

}  // namespace

http::Router make_router(Services& services) {
  http::Router router;
  for (const ApiRoute& route : api_routes)
    router.add({Method::get, std::string(route.pattern),
                guarded(services, route.pattern, route.has_csv,
                        [&services, handler = route.handler](const velocity::ApiCall& call,
                                                             const access::Caller&) {
                          return answer(services, call, handler);
                        }),
                route.cost});
  constexpr std::string_view organization = "/api/v1/organization";
  router.add({Method::get, std::string(organization),
              guarded(services, organization, false, show_organization), Cost::quick});
  add_leads_routes(router, services.database, services.key_guard, services.leads);
  services.webhooks.add_routes(router);
  router.add({Method::get, "/api/openapi.json",
              [](const Request&) -> Result<Response> {
                return http::json(std::string(openapi_document()));
              },
              Cost::quick});
  add_operational(router, services);
  router.add({Method::get, "/",
              [](const Request&) -> Result<Response> {
                return plain_text(
                    "Sextant is running. Its APIs are under /api/v1 (Velocity) and /v1 (Leads) and "
                    "described in /api/openapi.json.\n");
              },
              Cost::quick});
  router.set_fallback([&services](const Request& request) { return no_route(services, request); });
  return router;
}

http::Router make_worker_router(Services& services) {
  http::Router router;
  add_operational(router, services);
  router.set_fallback([](const Request&) -> Result<Response> {
    return http::problem(404, "not_found", "this node does background work and serves no API");
  });
  return router;
}

}  // namespace sextant::app
