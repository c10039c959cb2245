// The object of the detail endpoint, which `sextant explain --json` prints too.
#pragma once

#include <string>

#include "velocity/directory.hpp"
#include "velocity/pull_request_store.hpp"

namespace sextant::velocity {

Result<std::string> pull_request_json(const Directory& directory, const PullRequestDetail& detail);

// The same object for a diff that is in no store: what a score says, without names and ids.
std::string score_json(const scoring::Score& score);

}  // namespace sextant::velocity
