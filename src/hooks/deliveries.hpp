// The log of what was sent to an endpoint and what is waiting for it; sending again what was.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/sealed_text.hpp"
#include "db/database.hpp"
#include "hooks/delivery.hpp"
#include "hooks/settings.hpp"
#include "http/sender.hpp"

namespace sextant::hooks {

struct Delivery {
  std::int64_t id = 0;
  std::string message_id;  // the header webhook-id
  std::string event;
  State state = State::fresh;
  int attempts = 0;
  std::optional<int> status;  // of the last answer
  std::string error;          // why the last attempt failed, or why nothing was sent
  std::string tries;          // JSON: [{"at", "status", "took_ms", "error"}, ...], oldest first
  Instant created_at;
  std::optional<Instant> delivered_at;
  std::optional<Instant> next_attempt_at;
};

struct DeliveryPage {
  std::vector<Delivery> items;  // newest first
  bool has_more = false;        // the next page comes before the last item's id
};

// `not_found` where there is no such endpoint.
Result<DeliveryPage> list_deliveries(db::Connection& connection, std::int64_t organization,
                                     std::int64_t endpoint, std::optional<std::int64_t> before,
                                     int limit);

// Queues all that the organisation has announced since then and the endpoint wants, once more and
// in order, sent before or not, and under the same message ids, by which receivers know what they
// have had. Answers how many. Messages are kept for as long as `Settings::retention`, and from when
// the organisation had an endpoint, enabled or not, that wanted them.
Result<std::int64_t> replay(db::Database& database, std::int64_t organization,
                            std::int64_t endpoint, Instant since, Instant now);

// Sends a `webhook.test` event by itself, now, to an endpoint enabled or not, and waits.
struct Trial {
  int status = 0;
  std::string error;  // why there is no status, or why it does not count as success
  std::string body;   // the beginning of the answer's
  std::chrono::milliseconds took{0};
};
Result<Trial> try_endpoint(db::Database& database, std::int64_t organization, std::int64_t endpoint,
                           const Sealer& sealer, const Settings& settings, Instant now);

// For metrics, over all organisations.
struct QueueState {
  std::int64_t waiting = 0;
  std::optional<Instant> oldest_due_at;
};
Result<QueueState> queue_state(db::Connection& connection);

// Forgets what is older than the retention, in short transactions. Answers how many rows.
Result<std::int64_t> purge(db::Database& database, const Settings& settings, Instant now);

}  // namespace sextant::hooks
