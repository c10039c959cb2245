// The checks that are the same for every database.
#pragma once

#include "db/doctor.hpp"

namespace sextant::db {

// A check that could not be made is a finding too.
Finding finding_of(const std::string& check, Result<Finding> examined);

Result<Finding> examine_schema(Connection& connection);
// The tables and columns of this program's schema.
Result<Finding> examine_tables(Connection& connection);

}  // namespace sextant::db
