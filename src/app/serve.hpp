// The server process: API and background work, from start to a graceful end.
#pragma once

#include "app/store.hpp"

namespace sextant::app {

// What a node does; without the API it answers /healthz, /readyz and /metrics only.
struct Roles {
  bool api = true;
  bool worker = true;
};

// Runs until SIGTERM or SIGINT.
Result<void> serve(const Store& store, Roles roles);

}  // namespace sextant::app
