// The words about one message on its way to one endpoint.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace sextant::hooks {

// As stored; from `delivered` on it is over.
enum class State { fresh = 0, again = 1, delivered = 2, failed = 3, skipped = 4, erased = 5 };

// "waiting", "retrying", "delivered", "failed", "skipped", "erased"
std::string_view to_text(State state);

struct EndpointKey {
  std::int64_t organization = 0;
  std::int64_t id = 0;
  friend auto operator<=>(const EndpointKey&, const EndpointKey&) = default;
};

// What came of an attempt, as it is to be stored.
struct Attempted {
  EndpointKey endpoint;
  std::int64_t delivery = 0;
  State state = State::delivered;
  std::optional<Instant> due_at;  // of the next attempt
  int attempts = 0;               // one, or none where nothing was sent
  std::optional<int> status;
  std::string error;
  Instant at;
  std::chrono::milliseconds took{0};
};

}  // namespace sextant::hooks
