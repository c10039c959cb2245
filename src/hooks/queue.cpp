#include "hooks/queue.hpp"

#include <map>

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"

namespace sextant::hooks {
namespace {

constexpr std::size_t error_bytes_most = 500;

using Organizations = std::map<std::int64_t, std::vector<std::int64_t>>;

// A statement stays within one organisation, as a cluster wants.
Organizations by_organization(const std::vector<EndpointKey>& endpoints) {
  Organizations found;
  for (const EndpointKey& endpoint : endpoints) found[endpoint.organization].push_back(endpoint.id);
  return found;
}

db::Query& of_endpoint(db::Query& query, const EndpointKey& endpoint) {
  return query.append(" WHERE organization = {} AND id = {}", endpoint.organization, endpoint.id);
}

std::string to_json(const Attempted& attempted) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.key("at").time(attempted.at);
  attempted.status ? json.key("status").integer(*attempted.status) : json.key("status").null();
  json.key("took_ms").integer(attempted.took.count());
  attempted.error.empty() ? json.key("error").null() : json.key("error").string(attempted.error);
  json.end_object();
  return out;
}

}  // namespace

Result<std::vector<EndpointKey>> find_due(db::Connection& connection, Instant now, int most) {
  return connection.rows(
      db::Query("SELECT e.organization, e.id FROM hook_endpoints e"
                " WHERE e.enabled AND e.claimed_until <= {} AND e.paused_until <= {} AND EXISTS"
                " (SELECT 1 FROM hook_deliveries d WHERE d.organization = e.organization"
                " AND d.endpoint = e.id AND d.state IN (0, 1) AND d.due_at <= {})"
                " ORDER BY CASE WHEN e.failing_since IS NULL THEN 0 ELSE 1 END,"
                " e.claimed_until, e.id LIMIT {}",
                now, now, now, most),
      [](const db::Row& row) { return EndpointKey{row.integer(0), row.integer(1)}; });
}

Result<std::vector<EndpointKey>> claim(db::Connection& connection,
                                       const std::vector<EndpointKey>& endpoints,
                                       std::int64_t claim, std::string_view node, Instant now,
                                       Instant until) {
  std::vector<EndpointKey> taken;
  for (const auto& [organization, ids] : by_organization(endpoints)) {
    db::Query query("UPDATE hook_endpoints SET claim = {}, claimed_by = {}, claimed_until = {}",
                    claim, node, until);
    query.append(" WHERE organization = {} AND claimed_until <= {} AND id IN ", organization, now)
        .append_list(ids)
        .append(" RETURNING id");
    TRY(connection.each(query, [&, organization = organization](const db::Row& row) {
      taken.push_back({organization, row.integer(0)});
    }));
  }
  return taken;
}

Result<std::vector<EndpointKey>> renew(db::Connection& connection,
                                       const std::vector<EndpointKey>& endpoints,
                                       std::int64_t claim, Instant until) {
  std::vector<EndpointKey> kept;
  for (const auto& [organization, ids] : by_organization(endpoints)) {
    db::Query query("UPDATE hook_endpoints SET claimed_until = {}", until);
    query.append(" WHERE organization = {} AND claim = {} AND id IN ", organization, claim)
        .append_list(ids)
        .append(" RETURNING id");
    TRY(connection.each(query, [&, organization = organization](const db::Row& row) {
      kept.push_back({organization, row.integer(0)});
    }));
  }
  return kept;
}

Result<void> let_go(db::Connection& connection, const std::vector<EndpointKey>& endpoints,
                    std::int64_t claim, Instant now) {
  for (const auto& [organization, ids] : by_organization(endpoints)) {
    db::Query query("UPDATE hook_endpoints SET claim = NULL, claimed_by = '', claimed_until = {}",
                    now);
    query.append(" WHERE organization = {} AND claim = {} AND id IN ", organization, claim)
        .append_list(ids);
    TRY(connection.execute(query));
  }
  return {};
}

Result<std::optional<Address>> read_address(db::Connection& connection, const EndpointKey& endpoint,
                                            std::int64_t claim, const Sealer& sealer, Instant now) {
  db::Query query(
      fmt::format("SELECT kind, url, failing_since, {} FROM hook_endpoints", secret_columns));
  of_endpoint(query, endpoint)
      .append(" AND claim = {} AND enabled AND paused_until <= {}", claim, now);
  return connection.row(query, [&](const db::Row& row) {
    auto secrets = read_secrets(row, 3, endpoint.organization, endpoint.id, sealer, now);
    return Address{.endpoint = endpoint,
                   .kind = parse_kind(row.text(0)).value_or(Kind::webhook),
                   .url = std::string(row.text(1)),
                   .secrets = secrets ? *secrets : EndpointSecrets{},
                   .is_readable = secrets.has_value(),
                   .why_not = secrets ? "" : secrets.error().message,
                   .failing_since = row.time_or_null(2)};
  });
}

Result<std::vector<Parcel>> read_due(db::Connection& connection, const EndpointKey& endpoint,
                                     State state, const std::set<std::int64_t>& out, Instant now,
                                     std::size_t most) {
  std::vector<Parcel> parcels;
  // Those that are out come again until their outcome is stored.
  TRY(connection.each(
      db::Query("SELECT d.id, d.message, d.attempts, m.body FROM hook_deliveries d"
                " LEFT JOIN hook_messages m ON m.organization = d.organization AND m.id = d.message"
                " WHERE d.organization = {} AND d.endpoint = {} AND d.state = {}"
                " AND d.due_at <= {} ORDER BY d.due_at, d.id LIMIT {}",
                endpoint.organization, endpoint.id, state, now, most + out.size()),
      [&](const db::Row& row) {
        if (parcels.size() == most || out.contains(row.integer(0))) return;
        parcels.push_back({.delivery = row.integer(0),
                           .message = row.integer(1),
                           .state = state,
                           .attempts = static_cast<int>(row.integer(2)),
                           .body = std::string(row.text(3))});
      }));
  return parcels;
}

Result<void> settle(db::Connection& connection, const Attempted& attempted) {
  const std::string tried = attempted.attempts > 0 ? to_json(attempted) : "";
  const bool is_delivered = attempted.state == State::delivered;
  return connection.post(db::Query(
      "UPDATE hook_deliveries SET state = {}, due_at = {}, attempts = attempts + {}, status = {},"
      " error = {}, tries = TRIM(tries || ',' || {}, ','), delivered_at = {}"
      " WHERE organization = {} AND endpoint = {} AND id = {} AND state < 2",
      attempted.state, attempted.due_at, attempted.attempts, attempted.status,
      valid_utf8(std::string_view(attempted.error).substr(0, error_bytes_most)), tried,
      is_delivered ? std::optional(attempted.at) : std::nullopt, attempted.endpoint.organization,
      attempted.endpoint.id, attempted.delivery));
}

Result<void> note_failing(db::Connection& connection, const EndpointKey& endpoint,
                          std::optional<Instant> since) {
  db::Query query("UPDATE hook_endpoints SET failing_since = {}", since);
  return connection.post(of_endpoint(query, endpoint));
}

Result<void> pause(db::Connection& connection, const EndpointKey& endpoint, Instant until) {
  db::Query query("UPDATE hook_endpoints SET paused_until = {}", until);
  return connection.post(of_endpoint(query, endpoint));
}

Result<void> disable(db::Connection& connection, const EndpointKey& endpoint,
                     std::string_view reason, Instant now) {
  db::Query query(
      "UPDATE hook_endpoints SET enabled = FALSE, disabled_at = {}, disabled_reason = {}", now,
      reason);
  return connection.post(of_endpoint(query, endpoint).append(" AND enabled"));
}

}  // namespace sextant::hooks
