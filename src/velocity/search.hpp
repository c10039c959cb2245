// Free-text search over titles and descriptions: words, or parts of words, of three or more
// characters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "db/connection.hpp"
#include "velocity/pull_request_store.hpp"
#include "velocity/versions.hpp"

namespace sextant::velocity {

// The words to look for, folded. Shorter ones are passed over; none left: nothing can be found.
std::vector<std::string> search_words(std::string_view text);

Result<void> save_search_text(db::Connection& db, std::int64_t organization, std::int64_t id,
                              std::string_view title, std::string_view description);
Result<void> remove_search_text(db::Connection& db, std::int64_t organization, std::int64_t id);

// Narrows a filter that has words to candidate ids where the index knows few of them. Small
// organisations and common words go without: the newest rows are then read until the page is full.
Result<void> narrow_by_index(db::Connection& db, std::int64_t organization,
                             const Versions& versions, PullRequestFilter& filter);

}  // namespace sextant::velocity
