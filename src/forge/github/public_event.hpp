// GitHub's public events, as its events feed answers them and as GH Archive keeps them, a line
// each, since 2015.
#pragma once

#include <optional>
#include <string_view>

#include <simdjson.h>

#include "base/result.hpp"
#include "forge/event.hpp"

namespace sextant::forge::github {

// The fields that hold what people write, and the one that holds "owner/name", for whoever looks at
// an event's JSON without parsing it.
constexpr std::string_view text_fields[] = {"title", "body"};
constexpr std::string_view repository_field = "name";

// Reads one after the other; not for two threads at once.
class PublicEventReader {
 public:
  // How many bytes after a text must be readable, whatever they are.
  static constexpr std::size_t padding = simdjson::SIMDJSON_PADDING;

  // The event; nothing where it is of a kind that is not read, or where the person or the
  // repository has no name any more. `invalid` names what is wrong. Trimmed payloads are normal.
  Result<std::optional<Event>> read(std::string_view json);

  // An event as archives had them before 2015: a shape that is not read.
  bool is_of_old_shape(std::string_view json);

 private:
  std::optional<simdjson::dom::object> parse(std::string_view json);

  simdjson::dom::parser parser_;
};

// Where the next event of the text begins, at `from` or after it; npos without one. No text inside
// an event looks like it.
std::size_t find_public_event(std::string_view text, std::size_t from);

}  // namespace sextant::forge::github
