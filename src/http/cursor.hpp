// Opaque page cursors: sealed with a key, so that a changed or made-up one is refused, and bound to
// what they were made for (route, organisation, filters), so that one from elsewhere is refused
// too.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secrets.hpp"
#include "http/request.hpp"

namespace sextant::http {

// What a list's cursor is bound to: its path, its organisation and the values of these parameters.
std::string cursor_binding(const Request& request, std::int64_t organization,
                           std::span<const std::string_view> filters);

// base64url of position and a keyed hash over position and `bound_to`. Holds after a restart and on
// every node that has the key.
std::string seal_cursor(const Hash& key, std::string_view position, std::string_view bound_to);

// The position, or an `invalid` error that names the parameter `cursor`.
Result<std::string> open_cursor(const Hash& key, std::string_view cursor,
                                std::string_view bound_to);

}  // namespace sextant::http
