// The server process: API and background work, from start to a graceful end.
#pragma once

#include "app/store.hpp"

namespace sextant::app {

// Runs until SIGTERM or SIGINT; 0, or 1 with the reason on standard error.
Result<void> serve(const Store& store);

}  // namespace sextant::app
