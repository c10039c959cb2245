// What SQLite says, as an Error: what the caller can do about it, and a sentence for the operator.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

struct sqlite3;

namespace sextant::db {

// `handle` may be null, when not even that could be had.
Error sqlite_error(sqlite3* handle, int code, std::string_view file);

}  // namespace sextant::db
