// An event as it is stored.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "forge/event.hpp"

namespace sextant::ingest {

std::string to_json(const forge::Event& event);
// `internal` for what this program did not write.
Result<forge::Event> read_event(std::string_view json);

}  // namespace sextant::ingest
