// Addresses of repositories as people give them to git.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sextant::git {

// Refuses what git would take for an option, or for a program to run.
Result<void> check_address(std::string_view url);

// The address as it may be shown and stored: without the name and password in it.
std::string without_credentials(std::string_view url);

}  // namespace sextant::git
