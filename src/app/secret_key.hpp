// The installation's secret key: cursors are sealed and secrets encrypted with keys derived from
// it.
#pragma once

#include <filesystem>

#include "base/result.hpp"
#include "base/secrets.hpp"

namespace sextant::app {

// The configured one, else the one beside the data, made at the first start (mode 0600). Not in
// backups.
Result<Secret> secret_key(const Secret& configured, const std::filesystem::path& data);

}  // namespace sextant::app
