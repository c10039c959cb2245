// Tokens and keys: how programs come in. The secret is shown once, when it is made; we keep its
// SHA-256.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secrets.hpp"
#include "base/time.hpp"
#include "db/connection.hpp"

namespace sextant::access {

// What one API takes, and what its secrets look like.
struct SecretForm {
  std::string_view prefix;
  int length;              // after the prefix
  std::string_view scope;  // what it is good for
};
constexpr SecretForm velocity_token{"gv_pat_", 43, "read"};
constexpr SecretForm leads_key{"gl_live_", 32, "leads"};

enum class Expiry { in_90_days, in_1_year, never };
Result<Expiry> parse_expiry(std::string_view text);  // "90d", "1y", "never"

struct NewToken {
  std::string name;
  SecretForm form = velocity_token;
  Expiry expiry = Expiry::in_1_year;
  std::optional<std::int64_t> created_by =
      {};  // an account: the token is good while it belongs to the organisation
};

struct MintedToken {
  std::int64_t id = 0;
  Secret secret;
};

struct Token {
  std::int64_t id = 0;
  std::string name;
  std::optional<std::string> created_by;  // the e-mail
  std::string scopes;
  Instant created_at;
  std::optional<Instant> expires_at;
  std::optional<Instant> last_used_at;  // within a minute
  std::optional<Instant> revoked_at;
};

Result<MintedToken> create_token(db::Connection& connection, std::int64_t organization,
                                 const NewToken& token, Instant now);

// Those of a form, in the order they were made; the revoked and the expired too.
Result<std::vector<Token>> list_tokens(db::Connection& connection, std::int64_t organization,
                                       const SecretForm& form = velocity_token);

// Whose token it is.
Result<std::int64_t> find_token_owner(db::Connection& connection, std::int64_t id);

// Holds from the next request on, on every node. Revoking again changes nothing.
Result<void> revoke_token(db::Connection& connection, std::int64_t organization, std::int64_t id,
                          Instant now);

// All that decides whether a token is good, and whose it is.
struct KnownToken {
  Hash hash{};
  std::int64_t id = 0;
  std::string scopes;
  std::optional<Instant> expires_at;
  bool is_revoked = false;
  bool has_member = true;  // whoever made it still belongs to the organisation
  std::int64_t organization = 0;
  std::string organization_public_id;
  std::string organization_slug;
  std::string organization_name;
  std::optional<std::string> organization_plan;
  bool is_organization_deleted = false;
};

// Before the organisation is known: by the secret's hash.
Result<std::optional<KnownToken>> find_token(db::Connection& connection, const Hash& hash);

struct TokenUse {
  std::int64_t organization = 0;
  std::int64_t token = 0;
  Instant at;
};
Result<void> save_use(db::Connection& connection, const TokenUse& use);

}  // namespace sextant::access
