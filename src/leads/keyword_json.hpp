// A JSON string in raw bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sextant::leads {

// The string that is the value of a field, without its quotes, still escaped; `at` is behind the
// field's name. Nothing where the value is no string, or does not end.
std::optional<std::string_view> raw_string_after(std::string_view json, std::size_t at);

// The text that it stands for. Nothing where that is open: an escape that is none, half a
// character, or a NUL, which readers treat in different ways.
std::optional<std::string> unescaped(std::string_view raw);

}  // namespace sextant::leads
