#include "access/tokens.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "access/hash_value.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"

namespace sextant::access {
namespace {

constexpr std::size_t name_bytes_most = 200;

std::optional<Instant> end_of(Expiry expiry, Instant now) {
  switch (expiry) {
    case Expiry::in_90_days:
      return now + std::chrono::days{90};
    case Expiry::in_1_year:
      return now + std::chrono::days{365};
    case Expiry::never:
      break;
  }
  return std::nullopt;
}

Token read_token(const db::Row& row) {
  return {.id = row.integer(0),
          .name = std::string(row.text(1)),
          .created_by = row.is_null(2) ? std::nullopt : std::optional(std::string(row.text(2))),
          .scopes = std::string(row.text(3)),
          .created_at = row.time(4),
          .expires_at = row.time_or_null(5),
          .last_used_at = row.time_or_null(6),
          .revoked_at = row.time_or_null(7)};
}

KnownToken read_known_token(const db::Row& row) {
  KnownToken token{.hash = {},
                   .id = row.integer(1),
                   .scopes = std::string(row.text(2)),
                   .expires_at = row.time_or_null(3),
                   .is_revoked = !row.is_null(4),
                   .has_member = row.boolean(5),
                   .organization = row.integer(6),
                   .organization_public_id = std::string(row.text(7)),
                   .organization_slug = std::string(row.text(8)),
                   .organization_name = std::string(row.text(9)),
                   .organization_plan =
                       row.is_null(10) ? std::nullopt : std::optional(std::string(row.text(10))),
                   .is_organization_deleted = !row.is_null(11)};
  const std::string_view hash = row.blob(0);
  std::copy_n(hash.begin(), std::min(hash.size(), token.hash.size()), token.hash.begin());
  return token;
}

}  // namespace

Result<Expiry> parse_expiry(std::string_view text) {
  if (text == "90d") return Expiry::in_90_days;
  if (text == "1y") return Expiry::in_1_year;
  if (text == "never") return Expiry::never;
  return fail(ErrorKind::invalid, fmt::format("\"{}\" is no expiry; it is 90d, 1y or never", text));
}

Result<MintedToken> create_token(db::Connection& connection, std::int64_t organization,
                                 const NewToken& token, Instant now) {
  const std::string_view name = trim(token.name);
  if (name.empty() || name.size() > name_bytes_most)
    return fail(ErrorKind::invalid,
                fmt::format("a token takes a name of 1 to {} bytes that says what uses it",
                            name_bytes_most));
  MintedToken minted{new_id(), Secret(new_token(token.form.prefix, token.form.length))};
  TRY(connection.execute(
      db::Query("INSERT INTO tokens (hash, id, organization, name, created_by, scopes, created_at, "
                "expires_at) "
                "VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
                hash_value(minted.secret.reveal()), minted.id, organization, name, token.created_by,
                token.form.scope, now, end_of(token.expiry, now))));
  return minted;
}

Result<std::vector<Token>> list_tokens(db::Connection& connection, std::int64_t organization,
                                       const SecretForm& form) {
  return connection.rows(
      db::Query(
          "SELECT t.id, t.name, a.email, t.scopes, t.created_at, t.expires_at, u.last_used_at, "
          "t.revoked_at FROM tokens t LEFT JOIN accounts a ON a.id = t.created_by "
          "LEFT JOIN token_uses u ON u.organization = t.organization AND u.token = t.id "
          "WHERE t.organization = {} AND t.scopes = {} ORDER BY t.id",
          organization, form.scope),
      read_token);
}

Result<std::int64_t> find_token_owner(db::Connection& connection, std::int64_t id) {
  const auto owner =
      TRY(connection.row(db::Query("SELECT organization FROM tokens WHERE id = {}", id),
                         [](const db::Row& row) { return row.integer(0); }));
  if (!owner) return fail(ErrorKind::not_found, fmt::format("there is no token {}", id));
  return *owner;
}

Result<void> revoke_token(db::Connection& connection, std::int64_t organization, std::int64_t id,
                          Instant now) {
  const auto revoked = TRY(connection.execute(db::Query(
      "UPDATE tokens SET revoked_at = COALESCE(revoked_at, {}) WHERE organization = {} AND id = {}",
      now, organization, id)));
  if (revoked == 0)
    return fail(ErrorKind::not_found, fmt::format("the organization has no token {}", id));
  return {};
}

Result<std::optional<KnownToken>> find_token(db::Connection& connection, const Hash& hash) {
  return connection.row(
      db::Query(
          "SELECT t.hash, t.id, t.scopes, t.expires_at, t.revoked_at, "
          "CASE WHEN t.created_by IS NULL OR m.account IS NOT NULL THEN 1 ELSE 0 END, "
          "o.id, o.public_id, o.slug, o.name, o.plan, o.deleted_at "
          "FROM tokens t JOIN organizations o ON o.id = t.organization "
          "LEFT JOIN memberships m ON m.organization = t.organization AND m.account = t.created_by "
          "WHERE t.hash = {}",
          hash_value(hash))
          .keep_plan(),
      read_known_token);
}

Result<void> save_use(db::Connection& connection, const TokenUse& use) {
  TRY(connection.execute(db::Query(
      "INSERT INTO token_uses (organization, token, last_used_at) VALUES ({}, {}, {}) "
      "ON CONFLICT (organization, token) DO UPDATE SET last_used_at = excluded.last_used_at "
      "WHERE token_uses.last_used_at < excluded.last_used_at",
      use.organization, use.token, use.at)));
  return {};
}

}  // namespace sextant::access
