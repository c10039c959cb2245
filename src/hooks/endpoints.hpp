// The endpoints of an organisation: where it wants to be told what, and the secrets that prove that
// it was us.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/sealed_text.hpp"
#include "base/time.hpp"
#include "db/connection.hpp"
#include "hooks/settings.hpp"
#include "hooks/wants.hpp"

namespace sextant::hooks {

enum class Kind { webhook, slack, discord, hubspot };
std::string_view to_text(Kind kind);
std::optional<Kind> parse_kind(std::string_view text);

constexpr int endpoints_most = 100;  // of an organisation
// What seals secrets: Sealer(secret_key, sealing_purpose).
constexpr std::string_view sealing_purpose = "hooks";

struct Endpoint {
  std::int64_t organization = 0;
  std::int64_t id = 0;
  Kind kind = Kind::webhook;
  std::string url;
  Wants wants;
  bool enabled = true;
  std::optional<Instant> disabled_at;
  std::string disabled_reason;
  Instant created_at;
};

struct NewEndpoint {
  Kind kind = Kind::webhook;
  std::string url;  // may be empty for hubspot, which is at one place
  Wants wants;
  Secret credential;  // hubspot: the private app's token
};

struct EndpointChange {
  std::optional<std::string> url;
  std::optional<Wants> wants;
  std::optional<bool>
      enabled;  // true also forgets why it was disabled, and what was waiting goes on
  std::optional<Secret> credential;
};

struct CreatedEndpoint {
  Endpoint endpoint;
  Secret secret;  // "whsec_...", shown this once
};

// `invalid` names what is wrong; `conflict` when there are too many.
Result<CreatedEndpoint> add_endpoint(db::Connection& connection, std::int64_t organization,
                                     const NewEndpoint& endpoint, const Settings& settings,
                                     const Sealer& sealer, Instant now);
Result<Endpoint> change_endpoint(db::Connection& connection, std::int64_t organization,
                                 std::int64_t id, const EndpointChange& change,
                                 const Settings& settings, const Sealer& sealer, Instant now);
// Its log goes when its time is up.
Result<void> remove_endpoint(db::Connection& connection, std::int64_t organization,
                             std::int64_t id);
// Another secret; the former one signs too for as long as `settings.rotation`.
Result<Secret> rotate_secret(db::Connection& connection, std::int64_t organization, std::int64_t id,
                             const Settings& settings, const Sealer& sealer, Instant now);

Result<Endpoint> find_endpoint(db::Connection& connection, std::int64_t organization,
                               std::int64_t id);
// In the order of their creation.
Result<std::vector<Endpoint>> list_endpoints(db::Connection& connection, std::int64_t organization);

}  // namespace sextant::hooks
