#include "hooks/announcement.hpp"

#include <vector>

#include "base/ids.hpp"
#include "base/json.hpp"
#include "hooks/wants.hpp"

namespace sextant::hooks {
namespace {

std::string make_body(const Announcement& announcement, Instant now) {
  std::string body;
  body.reserve(announcement.data.size() + 128);
  json::Writer json(body);
  json.begin_object();
  json.key("event").string(announcement.event);
  json.key("timestamp").time(now);
  json.key("type").string(announcement.event);
  json.key("data").raw(announcement.data);
  json.end_object();
  return body;
}

struct Listener {
  std::int64_t endpoint = 0;
  bool enabled = false;
};

// The endpoints that want it, enabled or not.
Result<std::vector<Listener>> find_listeners(db::Connection& connection, std::int64_t organization,
                                             const std::string& event,
                                             const Attributes& attributes) {
  std::vector<Listener> listeners;
  Result<void> read;
  TRY(connection.each(
      db::Query("SELECT id, wants, enabled FROM hook_endpoints WHERE organization = {} ORDER BY id",
                organization),
      [&](const db::Row& row) {
        const auto wants = read_wants(row.text(1));
        if (!wants)
          read = std::unexpected(wants.error());
        else if (is_wanted(*wants, event, attributes))
          listeners.push_back({.endpoint = row.integer(0), .enabled = row.boolean(2)});
      }));
  TRY(read);
  return listeners;
}

}  // namespace

Result<void> announce(db::Connection& connection, std::int64_t organization,
                      const Announcement& announcement, Instant now) {
  const Attributes attributes{.texts = announcement.texts, .numbers = announcement.numbers};
  const auto listeners =
      TRY(find_listeners(connection, organization, announcement.event, attributes));
  if (listeners.empty()) return {};

  const std::int64_t message = new_id();
  TRY(connection.post(db::Query(
      "INSERT INTO hook_messages (organization, id, event, subject, attributes, body, created_at)"
      " VALUES ({}, {}, {}, {}, {}, {}, {})",
      organization, message, announcement.event, announcement.subject, to_json(attributes),
      make_body(announcement, now), now)));
  for (const Listener& listener : listeners)
    if (listener.enabled)
      TRY(add_delivery(connection, organization, listener.endpoint, message, announcement.event,
                       now));
  return {};
}

Result<void> add_delivery(db::Connection& connection, std::int64_t organization,
                          std::int64_t endpoint, std::int64_t message, std::string_view event,
                          Instant now) {
  return connection.post(db::Query(
      "INSERT INTO hook_deliveries (organization, endpoint, id, message, event, state, due_at,"
      " attempts, status, error, tries, created_at, delivered_at)"
      " VALUES ({}, {}, {}, {}, {}, 0, {}, 0, NULL, '', '', {}, NULL)",
      organization, endpoint, new_id(), message, event, now, now));
}

// What waits for an empty body is not sent: the queue settles it as erased.
Result<std::int64_t> erase_subject(db::Connection& connection, std::int64_t organization,
                                   std::string_view subject) {
  return connection.execute(
      db::Query("UPDATE hook_messages SET body = '', attributes = '', subject = ''"
                " WHERE organization = {} AND subject = {} AND subject > ''",
                organization, subject));
}

}  // namespace sextant::hooks
