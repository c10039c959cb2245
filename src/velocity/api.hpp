// The public API of Velocity: one handler per endpoint. Each is a function from a request, and what
// the guard found out about the caller, to an answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/secrets.hpp"
#include "base/time.hpp"
#include "db/database.hpp"
#include "http/response.hpp"
#include "velocity/directory.hpp"
#include "velocity/versions.hpp"

namespace sextant::velocity {

// What all handlers share; lives as long as the server.
struct ApiEnvironment {
  db::Database& database;
  Directories& directories;
  const Clock& clock;
  Hash cursor_key{};
  bool field_selection =
      false;  // `fields` selects; off: it is accepted and the whole object returned
  std::string edition =
      "";  // goes into every ETag: program, settings and keys that answers depend on
};

// One authorised request: whose data, and the connection that the guard borrowed.
struct ApiCall {
  const http::Request& request;
  const ApiEnvironment& environment;
  db::Connection& db;
  std::int64_t organization = 0;
};

// GET /api/v1/pull-requests, as JSON or CSV
Result<http::Response> list_pull_requests(const ApiCall& call);
// GET /api/v1/pull-requests/{id}
Result<http::Response> show_pull_request(const ApiCall& call);
// GET /api/v1/contributors
Result<http::Response> list_contributors(const ApiCall& call);
// GET /api/v1/contributors/{username}
Result<http::Response> show_contributor(const ApiCall& call);
// GET /api/v1/contributors/{username}/trends
Result<http::Response> show_contributor_trends(const ApiCall& call);
// GET /api/v1/trends/contributors
Result<http::Response> list_contributor_trends(const ApiCall& call);

}  // namespace sextant::velocity
