// The public API of Leads: one handler per endpoint. Each is a function from a request, and what
// the guard found out about the caller, to an answer.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/sealed_text.hpp"
#include "base/secrets.hpp"
#include "base/time.hpp"
#include "db/database.hpp"
#include "forge/event.hpp"
#include "hooks/settings.hpp"
#include "http/response.hpp"
#include "leads/erasure.hpp"
#include "leads/signal.hpp"
#include "leads/trackers.hpp"

namespace sextant::leads {

// What one path has brought of one repository.
struct PathCoverage {
  struct Gap {
    Instant from;
    Instant to;
    std::string reason;
  };
  CapturePath path = CapturePath::webhook;
  std::int64_t events = 0;
  std::optional<Instant> first_event_at;
  std::optional<Instant> last_event_at;
  std::optional<std::int64_t> lag_ms;  // from the act to its arrival, the median of late
  std::vector<Gap> gaps;
  std::string note;  // what a person should know: "the archive has no hour ..."
};

// Answers what the paths have brought of a repository that the organisation tracks.
using ReadCoverage = std::function<Result<std::vector<PathCoverage>>(
    db::Connection& db, std::int64_t organization, const TrackedRepository& repository)>;

// Hands over stored events that the organisation may see, the newest first and at most `limit`,
// until `sink` says false.
using EachStoredEvent =
    std::function<Result<void>(db::Connection& db, std::int64_t organization, int limit,
                               const std::function<bool(const forge::Event&)>& sink)>;

// What all handlers share; lives as long as the server.
struct ApiEnvironment {
  db::Database& database;
  const Clock& clock;
  Hash cursor_key{};
  Hash tombstone_key{};   // derive_key(secret key, "leads.tombstones")
  const Sealer& answers;  // of idempotent requests
  EachStoredEvent each_stored_event;
  ReadCoverage coverage;
  EraseEvents erase_events;
  const hooks::Settings& webhooks;
  const Sealer& webhook_secrets;          // Sealer(secret key, hooks::sealing_purpose)
  std::vector<std::string> other_events;  // that webhooks may ask for, beside those of Leads
};

// One authorised request: whose data, and the connection that the guard borrowed.
struct ApiCall {
  const http::Request& request;
  const ApiEnvironment& environment;
  db::Connection& db;
  std::int64_t organization = 0;
};

// GET /v1/leads, as JSON, CSV or JSON Lines
Result<http::Response> list_leads(const ApiCall& call);
// GET /v1/leads/{id}
Result<http::Response> show_lead(const ApiCall& call);

// GET, POST /v1/tracked-repos; PATCH, DELETE /v1/tracked-repos/{id}
Result<http::Response> list_tracked_repositories(const ApiCall& call);
Result<http::Response> add_tracked_repository(const ApiCall& call);
Result<http::Response> change_tracked_repository(const ApiCall& call);
Result<http::Response> remove_tracked_repository(const ApiCall& call);

// GET, POST /v1/tracked-keywords; PATCH, DELETE /v1/tracked-keywords/{id};
// POST /v1/tracked-keywords/preview
Result<http::Response> list_tracked_keywords(const ApiCall& call);
Result<http::Response> add_tracked_keyword(const ApiCall& call);
Result<http::Response> change_tracked_keyword(const ApiCall& call);
Result<http::Response> remove_tracked_keyword(const ApiCall& call);
Result<http::Response> preview_keyword(const ApiCall& call);

// GET /v1/people/{id}
Result<http::Response> show_person(const ApiCall& call);
// GET /v1/companies
Result<http::Response> list_companies(const ApiCall& call);

// GET, POST /v1/suppressions; DELETE /v1/suppressions/{id}; POST /v1/erase
Result<http::Response> list_suppressed(const ApiCall& call);
Result<http::Response> add_suppressed(const ApiCall& call);
Result<http::Response> remove_suppressed(const ApiCall& call);
Result<http::Response> erase(const ApiCall& call);

// GET, POST /v1/fit-rules; DELETE /v1/fit-rules/{id}
Result<http::Response> list_rules(const ApiCall& call);
Result<http::Response> add_rule(const ApiCall& call);
Result<http::Response> remove_rule(const ApiCall& call);

// GET, POST /v1/webhooks; GET, PATCH, DELETE /v1/webhooks/{id}; POST /v1/webhooks/{id}/test,
// /replay, /rotate-secret; GET /v1/webhooks/{id}/deliveries
Result<http::Response> list_webhooks(const ApiCall& call);
Result<http::Response> add_webhook(const ApiCall& call);
Result<http::Response> show_webhook(const ApiCall& call);
Result<http::Response> change_webhook(const ApiCall& call);
Result<http::Response> remove_webhook(const ApiCall& call);
Result<http::Response> test_webhook(const ApiCall& call);
Result<http::Response> replay_webhook(const ApiCall& call);
Result<http::Response> rotate_webhook_secret(const ApiCall& call);
Result<http::Response> list_webhook_deliveries(const ApiCall& call);

// GET /v1/usage
Result<http::Response> show_usage(const ApiCall& call);
// GET /v1/coverage
Result<http::Response> show_coverage(const ApiCall& call);

}  // namespace sextant::leads
