// The one table of all paths: method, path, scope needed, handler.
#pragma once

#include "access/guard.hpp"
#include "app/answers.hpp"
#include "app/leads_routes.hpp"
#include "app/metrics.hpp"
#include "app/webhook_intake.hpp"
#include "http/router.hpp"
#include "velocity/api.hpp"

namespace sextant::app {

// What handlers need; lives as long as the server.
struct Services {
  db::Database& database;
  access::Guard& guard;
  Answers& answers;
  Metrics& metrics;
  const velocity::ApiEnvironment& velocity;
  access::KeyGuard& key_guard;
  const leads::ApiEnvironment& leads;
  WebhookIntake& webhooks;
};

http::Router make_router(Services& services);
// Of a node that serves no API: what operators ask of any node.
http::Router make_worker_router(Services& services);

}  // namespace sextant::app
