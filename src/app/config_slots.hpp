// The kinds of values that settings take: how each is read, checked and shown.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/config_keys.hpp"
#include "base/secrets.hpp"

namespace sextant::app {

std::string toml_string(std::string_view text);

ConfigSlot text(std::string& target);
ConfigSlot path(std::filesystem::path& target);
ConfigSlot secret(Secret& target);
// Of what stands in a header: a line break in it would begin another.
ConfigSlot header_secret(Secret& target);
// Of a server that we ask; never with a name or password in it, for it stands in messages.
ConfigSlot url(std::string& target);
// Where we listen: an address and a port.
ConfigSlot address(std::string& target);
ConfigSlot flag(bool& target);
ConfigSlot duration(std::chrono::milliseconds& target);
// How often something is done by itself; zero or nothing: never.
ConfigSlot repeat(std::chrono::milliseconds& target);
ConfigSlot list(std::vector<std::string>& target);
ConfigSlot globs(std::vector<std::string>& target);  // of a repository's paths
// Waits, each longer than nothing: "5s", "5m", "30m".
ConfigSlot durations(std::vector<std::chrono::milliseconds>& target);
// Dollars with up to six decimals, in millionths; where it may be nothing, that is empty.
ConfigSlot dollars(std::int64_t& target);
ConfigSlot dollars(std::optional<std::int64_t>& target);

template <typename Integer>
ConfigSlot integer(Integer& target, std::int64_t least, std::int64_t most) {
  return {.kind = ConfigKind::integer,
          .set = [&target, least, most](const ConfigValue& value) -> std::optional<std::string> {
            const std::int64_t number = std::get<std::int64_t>(value);
            if (number < least || number > most)
              return fmt::format("a number from {} to {}", least, most);
            target = static_cast<Integer>(number);
            return std::nullopt;
          },
          .show = [&target] { return std::to_string(target); }};
}

template <typename Enum>
struct Choice {
  std::string_view name;
  Enum value;
};

template <typename Enum, std::size_t count>
ConfigSlot choice(Enum& target, const Choice<Enum> (&choices)[count]) {
  return {.kind = ConfigKind::text,
          .set = [&target, &choices](const ConfigValue& value) -> std::optional<std::string> {
            std::vector<std::string_view> names;
            for (const Choice<Enum>& one : choices) {
              names.push_back(one.name);
              if (one.name != std::get<std::string>(value)) continue;
              target = one.value;
              return std::nullopt;
            }
            return fmt::format("one of {}", fmt::join(names, ", "));
          },
          .show =
              [&target, &choices] {
                for (const Choice<Enum>& one : choices)
                  if (one.value == target) return toml_string(one.name);
                return toml_string("");
              }};
}

}  // namespace sextant::app
