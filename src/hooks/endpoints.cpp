#include "hooks/endpoints.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/ids.hpp"
#include "hooks/endpoint_secrets.hpp"

namespace sextant::hooks {
namespace {

constexpr std::array kinds{"webhook", "slack", "discord", "hubspot"};
constexpr std::string_view hubspot_url =
    "https://api.hubapi.com/crm/v3/objects/contacts/batch/upsert";
constexpr std::string_view columns =
    "id, kind, url, wants, enabled, disabled_at, disabled_reason, created_at";

Result<Endpoint> read_endpoint(const db::Row& row, std::int64_t organization) {
  Wants wants = TRY(read_wants(row.text(3)));
  return Endpoint{.organization = organization,
                  .id = row.integer(0),
                  .kind = parse_kind(row.text(1)).value_or(Kind::webhook),
                  .url = std::string(row.text(2)),
                  .wants = std::move(wants),
                  .enabled = row.boolean(4),
                  .disabled_at = row.time_or_null(5),
                  .disabled_reason = std::string(row.text(6)),
                  .created_at = row.time(7)};
}

Result<std::vector<Endpoint>> read_endpoints(db::Connection& connection, const db::Query& query,
                                             std::int64_t organization) {
  const auto read = TRY(
      connection.rows(query, [&](const db::Row& row) { return read_endpoint(row, organization); }));
  std::vector<Endpoint> endpoints;
  for (const auto& endpoint : read) {
    if (!endpoint) return std::unexpected(endpoint.error());
    endpoints.push_back(*endpoint);
  }
  return endpoints;
}

std::unexpected<Error> no_such_endpoint() {
  return fail(ErrorKind::not_found, "there is no such webhook");
}

Result<void> check_credential(Kind kind, const Secret& credential) {
  const std::string& text = credential.reveal();
  if (kind != Kind::hubspot && !text.empty())
    return fail(ErrorKind::invalid, fmt::format("token is for hubspot, not for {}", to_text(kind)));
  if (kind == Kind::hubspot && text.empty())
    return fail(ErrorKind::invalid, "token is needed for hubspot: that of a private app");
  const bool is_plain =
      text.size() <= 512 && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
  if (!is_plain) return fail(ErrorKind::invalid, "token takes up to 512 printable characters");
  return {};
}

Result<void> check_room(db::Connection& connection, std::int64_t organization) {
  const auto count = TRY(connection.row(
      db::Query("SELECT COUNT(*) FROM hook_endpoints WHERE organization = {}", organization),
      [](const db::Row& row) { return row.integer(0); }));
  if (count.value_or(0) >= endpoints_most)
    return fail(ErrorKind::conflict, fmt::format("there are {} webhooks already", endpoints_most));
  return {};
}

// The credential as it is stored; null where there is none.
db::Value sealed_credential(const Sealer& sealer, std::int64_t organization, std::int64_t id,
                            const Secret& credential) {
  if (credential.empty()) return {};
  return db::Blob{sealer.seal(credential, credential_place(organization, id))};
}

Result<void> insert(db::Connection& connection, const Endpoint& endpoint, const Secret& secret,
                    const db::Value& credential, const Sealer& sealer) {
  const std::string place = secret_place(endpoint.organization, endpoint.id);
  TRY(connection.execute(db::Query(
      "INSERT INTO hook_endpoints (organization, id, kind, url, wants, secret, credential, enabled,"
      " disabled_reason, paused_until, claimed_by, claimed_until, created_at)"
      " VALUES ({}, {}, {}, {}, {}, {}, {}, TRUE, '', 0, '', 0, {})",
      endpoint.organization, endpoint.id, to_text(endpoint.kind), endpoint.url,
      to_json(endpoint.wants), db::Blob{sealer.seal(secret, place)}, credential,
      endpoint.created_at)));
  return {};
}

}  // namespace

std::string_view to_text(Kind kind) {
  return kinds[static_cast<std::size_t>(kind)];
}

std::optional<Kind> parse_kind(std::string_view text) {
  for (std::size_t at = 0; at < kinds.size(); ++at)
    if (text == kinds[at]) return static_cast<Kind>(at);
  return std::nullopt;
}

Result<CreatedEndpoint> add_endpoint(db::Connection& connection, std::int64_t organization,
                                     const NewEndpoint& endpoint, const Settings& settings,
                                     const Sealer& sealer, Instant now) {
  Endpoint made{.organization = organization,
                .id = new_id(),
                .kind = endpoint.kind,
                .url = endpoint.url,
                .wants = endpoint.wants,
                .enabled = true,
                .disabled_at = {},
                .disabled_reason = {},
                .created_at = now};
  if (made.url.empty() && made.kind == Kind::hubspot) made.url = hubspot_url;
  TRY(http::check_outgoing_url(made.url, settings.reach));
  TRY(check_credential(made.kind, endpoint.credential));
  TRY(check_room(connection, organization));
  const Secret secret = new_signing_secret();
  const db::Value credential =
      sealed_credential(sealer, organization, made.id, endpoint.credential);
  TRY(insert(connection, made, secret, credential, sealer));
  return CreatedEndpoint{.endpoint = std::move(made), .secret = secret};
}

Result<Endpoint> change_endpoint(db::Connection& connection, std::int64_t organization,
                                 std::int64_t id, const EndpointChange& change,
                                 const Settings& settings, const Sealer& sealer, Instant now) {
  const Endpoint before = TRY(find_endpoint(connection, organization, id));
  db::Query query("UPDATE hook_endpoints SET id = id");
  if (change.url) {
    TRY(http::check_outgoing_url(*change.url, settings.reach));
    query.append(", url = {}", *change.url);
  }
  if (change.wants) query.append(", wants = {}", to_json(*change.wants));
  if (change.credential) {
    TRY(check_credential(before.kind, *change.credential));
    query.append(", credential = {}",
                 sealed_credential(sealer, organization, id, *change.credential));
  }
  if (change.enabled && *change.enabled)
    query.append(
        ", enabled = TRUE, disabled_at = NULL, disabled_reason = '', failing_since = NULL,"
        " paused_until = 0");
  else if (change.enabled && before.enabled)
    query.append(", enabled = FALSE, disabled_at = {}, disabled_reason = 'switched off'", now);
  query.append(" WHERE organization = {} AND id = {}", organization, id);
  TRY(connection.execute(query));
  return find_endpoint(connection, organization, id);
}

Result<void> remove_endpoint(db::Connection& connection, std::int64_t organization,
                             std::int64_t id) {
  const auto removed = TRY(connection.execute(db::Query(
      "DELETE FROM hook_endpoints WHERE organization = {} AND id = {}", organization, id)));
  if (removed == 0) return no_such_endpoint();
  return {};
}

Result<Secret> rotate_secret(db::Connection& connection, std::int64_t organization, std::int64_t id,
                             const Settings& settings, const Sealer& sealer, Instant now) {
  const Secret secret = new_signing_secret();
  const auto changed = TRY(connection.execute(db::Query(
      "UPDATE hook_endpoints SET previous_secret = secret, previous_secret_until = {}, secret = {}"
      " WHERE organization = {} AND id = {}",
      now + settings.rotation, db::Blob{sealer.seal(secret, secret_place(organization, id))},
      organization, id)));
  if (changed == 0) return no_such_endpoint();
  return secret;
}

Result<Endpoint> find_endpoint(db::Connection& connection, std::int64_t organization,
                               std::int64_t id) {
  db::Query query(fmt::format("SELECT {} FROM hook_endpoints", columns));
  query.where("organization = {}", organization).where("id = {}", id);
  const auto found = TRY(read_endpoints(connection, query, organization));
  if (found.empty()) return no_such_endpoint();
  return found.front();
}

Result<std::vector<Endpoint>> list_endpoints(db::Connection& connection,
                                             std::int64_t organization) {
  db::Query query(fmt::format("SELECT {} FROM hook_endpoints", columns));
  query.where("organization = {}", organization).append(" ORDER BY id");
  return read_endpoints(connection, query, organization);
}

}  // namespace sextant::hooks
