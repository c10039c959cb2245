// When to try again, and when to give up.
#pragma once

#include <optional>

#include "base/time.hpp"
#include "hooks/settings.hpp"

namespace sextant::hooks {

// The next attempt after so many failed ones: the wait of the schedule and up to a fifth more, by
// `random` from 0 to 1, and not before `asked`. Nothing when that was the last.
std::optional<Instant> next_attempt(int failed, std::optional<Instant> asked,
                                    const Settings& settings, Instant now, double random);

}  // namespace sextant::hooks
