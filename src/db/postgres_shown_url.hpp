// The database's URL as it may be shown: in messages, and in command lines to be typed.
#pragma once

#include <string>

#include "base/result.hpp"
#include "db/database.hpp"

namespace sextant::db {

// The URL of the settings without any password.
Result<std::string> shown_postgres_url(const Settings& settings);

}  // namespace sextant::db
