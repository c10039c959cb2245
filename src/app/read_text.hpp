// What a command's FILE argument holds.
#pragma once

#include <string>

#include "base/result.hpp"

namespace sextant::app {

// "-": standard input.
Result<std::string> read_text(const std::string& file);

// What people call it.
std::string shown_file(const std::string& file);

}  // namespace sextant::app
