// Whether this machine has what the program needs; see db/doctor.hpp for the store itself.
#pragma once

#include "app/config.hpp"
#include "db/doctor.hpp"

namespace sextant::app {

// Room on the disk, who may read store and key, the key itself, git.
db::Findings examine_machine(const Config& config);

}  // namespace sextant::app
