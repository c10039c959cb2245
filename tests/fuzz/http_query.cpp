// Request targets: a path that begins with '/', no NUL anywhere, and every parameter read or
// refused.
#include <cstdlib>
#include <string>

#include "http/query_string.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view target(reinterpret_cast<const char*>(data), size);
  sextant::http::Request request;
  if (sextant::http::read_target(target, request)) return 0;
  if (!request.path.starts_with('/') || request.path.find('\0') != std::string::npos) std::abort();
  for (const auto& [name, value] : request.query) {
    if (name.find('\0') != std::string::npos || value.find('\0') != std::string::npos) std::abort();
    const auto limit = request.positive_integer(name, 50, 500);
    if (limit && (*limit < 1 || *limit > 500)) std::abort();
    (void)request.number(name);
    (void)request.time(name);
    (void)request.list(name);
    request.headers = {{"accept", value}};
    (void)request.prefers_over_json("text/csv");
  }
  return 0;
}
