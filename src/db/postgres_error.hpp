// What PostgreSQL says, as an Error: what the caller can do about it, and a sentence for the
// operator. Never the details, which quote values.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sextant::db {

// What went wrong, as far as it decides what we do next.
enum class PostgresFailure {
  none,
  lost,       // the connection is gone, and with it whatever was under way
  race,       // another transaction was in the way: 40001, 40P01
  duplicate,  // a unique key is taken, perhaps by one that raced us: 23505
  stale,      // a prepared statement no longer fits the tables
  read_only,  // the server is a standby, or has become one
  other,
};

PostgresFailure postgres_failure(std::string_view sqlstate);

// `place` names database, host and port; `said` is the server's sentence.
Error postgres_error(std::string_view sqlstate, std::string_view said, std::string_view place);

// Why there is no connection; `said` is libpq's message.
Error postgres_connect_error(std::string_view said, std::string_view user, std::string_view place);

}  // namespace sextant::db
