#include "app/openapi.hpp"

#include "base/embedded_file.hpp"

namespace sextant {
extern const std::span<const EmbeddedFile> openapi;
}

namespace sextant::app {

std::string_view openapi_document() {
  return openapi.front().content;
}

}  // namespace sextant::app
