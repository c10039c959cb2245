// The settings file, as anybody may write it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "app/config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  const auto config = sextant::app::parse_config(content, "sextant.toml", {{"HOME", "/"}});
  if (!config && config.error().message.empty()) __builtin_trap();
  return 0;
}
