// The one table of settings: name, meaning, and where the value goes. File, environment and the
// example are all made from it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/config.hpp"

namespace sextant::app {

// A value as it stands in the file, or as the environment's text was read for this kind of key.
using ConfigValue = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;
enum class ConfigKind { text, integer, flag, list };  // the same order

// The place of one key's value in a Config.
struct ConfigSlot {
  ConfigKind kind = ConfigKind::text;
  // Takes a value of this kind, or says what would be right ("a number from 1 to 65535").
  std::function<std::optional<std::string>(const ConfigValue&)> set;
  std::function<std::string()> show;  // the value as TOML; a secret as "***"
};

struct ConfigKey {
  std::string_view path;  // "velocity.rate_per_minute"
  std::string_view meaning;
  ConfigSlot (*slot)(Config&);

  std::string variable() const;  // "SEXTANT_VELOCITY_RATE_PER_MINUTE"
};

// Keys of one section stand together; those without a section come first.
std::span<const ConfigKey> config_keys();

}  // namespace sextant::app
