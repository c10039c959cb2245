// Where forges post to, and the secret of each organisation that proves that it was the forge.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sealed_text.hpp"
#include "base/time.hpp"
#include "db/connection.hpp"

namespace sextant::ingest {

// What seals the secrets: Sealer(secret_key, inbound_sealing_purpose).
constexpr std::string_view inbound_sealing_purpose = "inbound hooks";

// A hook by its organisation and number; both 0 is the installation's own.
struct HookName {
  std::int64_t organization = 0;
  std::int64_t id = 0;
  bool operator==(const HookName&) const = default;
};
std::string to_text(const HookName& name);  // "17-4711", the end of its address
std::optional<HookName> parse_hook_name(std::string_view text);

struct InboundHook {
  HookName name;
  std::string forge;
  Instant created_at;
};

struct CreatedHook {
  InboundHook hook;
  Secret secret;  // shown this once
};

Result<CreatedHook> create_inbound_hook(db::Connection& connection, std::int64_t organization,
                                        std::string_view forge, const Sealer& sealer, Instant now);
Result<std::vector<InboundHook>> list_inbound_hooks(db::Connection& connection,
                                                    std::int64_t organization);
// `not_found` where there is none.
Result<void> remove_inbound_hook(db::Connection& connection, const HookName& name);
// Nothing where there is no such hook of the forge.
Result<std::optional<Secret>> inbound_secret(db::Connection& connection, const HookName& name,
                                             std::string_view forge, const Sealer& sealer);

}  // namespace sextant::ingest
