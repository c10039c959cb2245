// The installation's secret key: cursors are sealed and secrets encrypted with keys derived from
// it.
#pragma once

#include "app/config.hpp"

namespace sextant::app {

// The configured one, else the one beside the data, made at the first start (mode 0600). Not in
// backups. Nodes that share a database need a configured one.
Result<Secret> secret_key(const Config& config);

// What the tombstones of erased people are made with.
Hash tombstone_key(const Secret& key);

}  // namespace sextant::app
