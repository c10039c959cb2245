// The object of the detail endpoint, which `sextant explain --json` prints too.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "velocity/directory.hpp"
#include "velocity/pull_request_store.hpp"

namespace sextant::velocity {

// How many of its latest scores it shows.
constexpr int history_shown = 100;

Result<std::string> pull_request_json(const Directory& directory, const PullRequestDetail& detail,
                                      const std::vector<PastScore>& history);

// An item of the object's score_history; the caller begins and ends it.
void append_past_score(json::Writer& json, const PastScore& past);

// The same object for a diff that is in no store: what a score says, without names and ids.
std::string score_json(const scoring::Score& score);

}  // namespace sextant::velocity
