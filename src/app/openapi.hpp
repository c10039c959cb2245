// The API's description, as served at /api/openapi.json.
#pragma once

#include <string_view>

namespace sextant::app {

std::string_view openapi_document();

}  // namespace sextant::app
