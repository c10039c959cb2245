#include "hooks/announcement.hpp"

#include <algorithm>

#include "base/ids.hpp"
#include "base/json.hpp"
#include "hooks/endpoints.hpp"

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

}  // namespace

Result<void> announce(db::Connection& connection, std::int64_t organization,
                      const Announcement& announcement, Instant now) {
  auto endpoints = TRY(list_endpoints(connection, organization));
  const Attributes attributes{.texts = announcement.texts, .numbers = announcement.numbers};
  std::erase_if(endpoints, [&](const Endpoint& endpoint) {
    return !is_wanted(endpoint.wants, announcement.event, attributes);
  });
  if (endpoints.empty()) return {};

  const std::int64_t message = new_id();
  TRY(connection.post(db::Query(
      "INSERT INTO hook_messages (organization, id, event, subject, attributes, body, created_at)"
      " VALUES ({}, {}, {}, {}, {}, {}, {})",
      organization, message, announcement.event, announcement.subject, to_json(attributes),
      make_body(announcement, now), now)));
  for (const Endpoint& endpoint : endpoints)
    if (endpoint.enabled)
      TRY(add_delivery(connection, organization, endpoint.id, message, announcement.event, now));
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
