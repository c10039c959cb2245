// Whether a store is in good health, as far as the database can tell; each answer says what to
// mend.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "db/database.hpp"

namespace sextant::db {

enum class Condition { ok, warning, wrong };
std::string_view name_of(Condition condition);

struct Finding {
  std::string check;  // "schema"
  Condition condition = Condition::ok;
  std::string message;
};
using Findings = std::vector<Finding>;

// Nothing is changed. Every page of the file is read.
Findings examine_sqlite(Connection& connection, const std::filesystem::path& file);
Findings examine_postgres(Connection& connection, const Settings& settings, const Clock& clock);

}  // namespace sextant::db
