// The target of a request, "/path?name=value", taken apart and decoded. Strict: a % without two hex
// digits after it and an encoded NUL are refused, since nobody means them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/request.hpp"

namespace sextant::http {

enum class Plus { is_plus, is_space };

std::optional<std::string> percent_decoded(std::string_view text, Plus plus);

// Names without '=' have an empty value; empty parts ("a=1&&b=2") are left out.
std::optional<Pairs> parse_query(std::string_view query);

// Fills in path, query and target; takes the absolute form ("http://host/path") too. The reason
// where it is refused.
std::optional<std::string_view> read_target(std::string_view target, Request& request);

}  // namespace sextant::http
