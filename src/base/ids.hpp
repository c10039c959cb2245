// Numbers and names that we give: never drawn from a database sequence, so any node may make them.
#pragma once

#include <cstdint>
#include <string>

namespace sextant {

// A positive 63-bit number, unique over processes for all practical purposes and increasing within
// one: 42 bits of milliseconds since 2020, then 21 bits that start at random.
std::int64_t new_id();

// "11111111-2222-4333-8444-555555555555", random (version 4).
std::string new_uuid();

}  // namespace sextant
