// Cursors: what opens is byte for byte what was sealed.
#include <cstdlib>
#include <string>

#include "http/cursor.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const sextant::Hash key = sextant::sha256("fuzz");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto position = sextant::http::open_cursor(key, text, "list"))
    if (sextant::http::seal_cursor(key, *position, "list") != text) std::abort();
  const auto opened =
      sextant::http::open_cursor(key, sextant::http::seal_cursor(key, text, "list"), "list");
  if (!opened || *opened != text) std::abort();
  return 0;
}
