// When to try again, and when to give up.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.hpp"
#include "hooks/settings.hpp"

namespace sextant::hooks {

constexpr std::chrono::hours retry_after_most{24};

// What a Retry-After header asks for: seconds, or an HTTP date. At most a day from now, never
// before now; nothing when it is neither.
std::optional<Instant> read_retry_after(std::string_view text, Instant now);

// The next attempt after so many failed ones: the wait of the schedule and up to a fifth more, by
// `random` from 0 to 1, and not before `asked`. Nothing when that was the last.
std::optional<Instant> next_attempt(int failed, std::optional<Instant> asked,
                                    const Settings& settings, Instant now, double random);

}  // namespace sextant::hooks
