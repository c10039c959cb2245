// The inbox: every delivery of a forge once, kept as it was received before the forge is told that
// it came, and worked off later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "db/connection.hpp"
#include "ingest/inbound_hooks.hpp"

namespace sextant::ingest {

struct DeliveryName {
  HookName hook;
  std::string delivery;  // the forge's name for it
};

struct Delivery {
  DeliveryName name;
  std::string kind;
  std::string body;
  Instant received_at;
};

// False where the delivery is there already: that one stays, whatever the body says now.
Result<bool> keep_delivery(db::Connection& connection, const Delivery& delivery);
// One that is to be worked off; nothing when it has been, or is forgotten.
Result<std::optional<Delivery>> find_delivery(db::Connection& connection, const DeliveryName& name);
// `problem` is why nothing could be made of it; empty where something was. The body, in which
// people may be named, is forgotten then, unless somebody may still make something of it.
Result<void> finish_delivery(db::Connection& connection, const DeliveryName& name,
                             std::string_view problem, bool keeps_body, Instant now);
// Forgets the bodies that are kept though worked off and have the login, folded, in them.
Result<std::int64_t> erase_bodies(db::Connection& connection, std::int64_t organization,
                                  std::string_view login);
// Removes what was received before then and is worked off; at most a slice. How many they were.
Result<std::int64_t> purge_inbox(db::Connection& connection, Instant before);
Result<void> remove_delivery(db::Connection& connection, const DeliveryName& name);

}  // namespace sextant::ingest
