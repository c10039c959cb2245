// What an answer says about when to ask again.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace sextant::http {

constexpr std::chrono::hours retry_after_most{24};

// What a Retry-After header asks for: seconds, or an HTTP date. At most a day from now, never
// before now; nothing when it is neither.
std::optional<Instant> read_retry_after(std::string_view text, Instant now);

}  // namespace sextant::http
