// Where a PostgreSQL is and how to talk to it, read from a URL. The URL holds a password: nothing
// here quotes it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/secrets.hpp"
#include "db/database.hpp"

namespace sextant::db {

// What libpq is told to connect with.
struct PostgresTarget {
  struct Parameter {
    std::string name;
    Secret value;
  };
  std::vector<Parameter> parameters;
  std::chrono::milliseconds statement_timeout{0};  // zero: a statement may take for ever
};

// The URL's own settings stand; what it leaves open is ours: time limits, keep-alives, plans.
Result<PostgresTarget> read_postgres_url(const Settings& settings);

}  // namespace sextant::db
