#include "hooks/retries.hpp"

#include <algorithm>

namespace sextant::hooks {

std::optional<Instant> next_attempt(int failed, std::optional<Instant> asked,
                                    const Settings& settings, Instant now, double random) {
  if (failed > std::ssize(settings.waits)) return std::nullopt;
  const auto wait = settings.waits[static_cast<std::size_t>(failed - 1)];
  const auto more = static_cast<std::int64_t>(static_cast<double>(wait.count()) * 0.2 * random);
  const Instant due = now + wait + std::chrono::milliseconds{more};
  return asked ? std::max(due, *asked) : due;
}

}  // namespace sextant::hooks
