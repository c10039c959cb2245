#include "hooks/deliveries.hpp"

#include <array>

#include "hooks/announcement.hpp"
#include "hooks/endpoints.hpp"
#include "hooks/signature.hpp"

namespace sextant::hooks {
namespace {

constexpr std::array states{"waiting", "retrying", "delivered", "failed", "skipped", "erased"};
constexpr int rows_a_write = 500;

Delivery read_delivery(const db::Row& row) {
  return {.id = row.integer(0),
          .message_id = message_id_text(row.integer(1)),
          .event = std::string(row.text(2)),
          .state = static_cast<State>(row.integer(3)),
          .attempts = static_cast<int>(row.integer(4)),
          .status = row.is_null(5) ? std::nullopt : std::optional(static_cast<int>(row.integer(5))),
          .error = std::string(row.text(6)),
          .tries = "[" + std::string(row.text(7)) + "]",
          .created_at = row.time(8),
          .delivered_at = row.time_or_null(9),
          .next_attempt_at = row.time_or_null(10)};
}

struct Position {
  Instant at;
  std::int64_t id = 0;
};

struct Message {
  Position position;
  std::string event;
  std::string attributes;
};

Result<std::vector<Message>> messages_after(db::Connection& connection, std::int64_t organization,
                                            const Position& after) {
  return connection.rows(
      db::Query("SELECT created_at, id, event, attributes FROM hook_messages"
                " WHERE organization = {} AND (created_at, id) > ({}, {}) AND body > ''"
                " ORDER BY created_at, id LIMIT {}",
                organization, after.at, after.id, rows_a_write),
      [](const db::Row& row) {
        return Message{.position = {row.time(0), row.integer(1)},
                       .event = std::string(row.text(2)),
                       .attributes = std::string(row.text(3))};
      });
}

// The organisations and endpoints that have a log; the endpoints may be gone.
Result<std::vector<EndpointKey>> logs(db::Connection& connection) {
  return connection.rows(
      db::Query("SELECT DISTINCT organization, endpoint FROM hook_deliveries"),
      [](const db::Row& row) { return EndpointKey{row.integer(0), row.integer(1)}; });
}

// Runs a statement that removes at most `rows_a_write` until it finds no more.
Result<std::int64_t> remove_by_turns(db::Database& database, const db::Query& remove) {
  std::int64_t removed = 0;
  while (true) {
    std::int64_t now_removed = 0;
    TRY(database.write([&](db::Connection& connection) -> Result<void> {
      now_removed = TRY(connection.execute(remove));
      return {};
    }));
    removed += now_removed;
    if (now_removed < rows_a_write) return removed;
  }
}

// Ids grow with time, near enough to look at the oldest only.
Result<std::int64_t> purge_log(db::Database& database, const EndpointKey& endpoint,
                               Instant before) {
  return remove_by_turns(
      database, db::Query("DELETE FROM hook_deliveries WHERE organization = {} AND endpoint = {}"
                          " AND created_at < {} AND id IN (SELECT id FROM hook_deliveries"
                          " WHERE organization = {} AND endpoint = {} ORDER BY id LIMIT {})",
                          endpoint.organization, endpoint.id, before, endpoint.organization,
                          endpoint.id, rows_a_write));
}

Result<std::int64_t> purge_messages(db::Database& database, std::int64_t organization,
                                    Instant before) {
  return remove_by_turns(
      database,
      db::Query("DELETE FROM hook_messages WHERE organization = {} AND id IN"
                " (SELECT id FROM hook_messages WHERE organization = {} AND created_at < {}"
                " ORDER BY created_at, id LIMIT {})",
                organization, organization, before, rows_a_write));
}

}  // namespace

std::string_view to_text(State state) {
  return states[static_cast<std::size_t>(state)];
}

Result<DeliveryPage> list_deliveries(db::Connection& connection, std::int64_t organization,
                                     std::int64_t endpoint, std::optional<std::int64_t> before,
                                     int limit) {
  TRY(find_endpoint(connection, organization, endpoint));
  db::Query query(
      "SELECT id, message, event, state, attempts, status, error, tries, created_at, delivered_at,"
      " due_at FROM hook_deliveries");
  query.where("organization = {}", organization).where("endpoint = {}", endpoint);
  if (before) query.where("id < {}", *before);
  query.append(" ORDER BY id DESC LIMIT {}", limit + 1);
  auto items = TRY(connection.rows(query, read_delivery));
  const bool has_more = std::ssize(items) > limit;
  if (has_more) items.pop_back();
  return DeliveryPage{.items = std::move(items), .has_more = has_more};
}

Result<std::int64_t> replay(db::Database& database, std::int64_t organization,
                            std::int64_t endpoint, Instant since, Instant now) {
  std::int64_t count = 0;
  Position at{.at = since, .id = -1};
  for (bool has_more = true; has_more;) {
    std::int64_t wanted = 0;
    Position next = at;
    TRY(database.write([&](db::Connection& connection) -> Result<void> {
      const Endpoint to = TRY(find_endpoint(connection, organization, endpoint));
      const auto messages = TRY(messages_after(connection, organization, at));
      wanted = 0;
      for (const Message& message : messages) {
        const Attributes attributes = TRY(read_attributes(message.attributes));
        if (!is_wanted(to.wants, message.event, attributes)) continue;
        TRY(add_delivery(connection, organization, endpoint, message.position.id, message.event,
                         now));
        ++wanted;
      }
      has_more = std::ssize(messages) == rows_a_write;
      if (!messages.empty()) next = messages.back().position;
      return {};
    }));
    at = next;
    count += wanted;
  }
  return count;
}

Result<QueueState> queue_state(db::Connection& connection) {
  const auto found = TRY(connection.row(
      db::Query("SELECT COUNT(*), MIN(d.due_at) FROM hook_deliveries d"
                " JOIN hook_endpoints e ON e.organization = d.organization AND e.id = d.endpoint"
                " WHERE d.due_at IS NOT NULL AND e.enabled"),
      [](const db::Row& row) {
        return QueueState{.waiting = row.integer(0), .oldest_due_at = row.time_or_null(1)};
      }));
  return found.value_or(QueueState{});
}

Result<std::int64_t> purge(db::Database& database, const Settings& settings, Instant now) {
  const Instant before = now - settings.retention;
  std::vector<EndpointKey> endpoints;
  std::vector<std::int64_t> organizations;
  {
    const auto reader = TRY(database.reader());
    endpoints = TRY(logs(*reader));
    organizations = TRY(reader->rows(db::Query("SELECT DISTINCT organization FROM hook_messages"),
                                     [](const db::Row& row) { return row.integer(0); }));
  }
  std::int64_t removed = 0;
  for (const EndpointKey& endpoint : endpoints)
    removed += TRY(purge_log(database, endpoint, before));
  for (const std::int64_t organization : organizations)
    removed += TRY(purge_messages(database, organization, before));
  return removed;
}

}  // namespace sextant::hooks
