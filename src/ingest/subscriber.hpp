// Who wants to know what happened at a forge. A product subscribes; the program introduces them.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "db/connection.hpp"
#include "forge/event.hpp"

namespace sextant::ingest {

enum class Path { webhook, archive };
std::string_view to_text(Path path);
std::optional<Path> path_named(std::string_view text);

// Events that came by one path, together.
struct Arrival {
  std::span<const forge::Event> events;
  Path path = Path::webhook;
  // Whose they are; nothing: they are public. One organisation's reach no other.
  std::optional<std::int64_t> organization;
  Instant received_at;
};

// What a subscriber makes of them.
struct Interest {
  std::vector<std::size_t> wanted;   // of the events, ascending
  std::vector<std::size_t> refused;  // must not be kept, whoever wants them; ascending
  std::function<Result<void>(db::Connection&)> write;  // in one transaction with the events
  std::function<void()> written;                       // called once that is durable
};

// Looks at what came; called on many threads. The same events may come again: what is written
// must be as if they had come once.
using Subscriber = std::function<Result<Interest>(db::Connection& reader, const Arrival& arrival)>;

}  // namespace sextant::ingest
