// Opening a repository where it is: a folder, or a URL's clone in the data directory.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "app/store.hpp"
#include "git/repository.hpp"
#include "velocity/repository_store.hpp"

namespace sextant::app {

// Whether git would reach it over a network, and not as a folder here.
bool is_url(const std::string& place);

// Git's progress, for people at a terminal.
void show_git_progress(std::string_view line);

// Clones a URL, or brings its clone up to date where `refresh` is set; opens a folder.
Result<git::Repository> open_repository(
    const Store& store, const std::string& place, bool refresh,
    const std::function<void(std::string_view)>& progress = show_git_progress);

// The imported repository of that name; not_found says how to see which there are.
Result<velocity::TrackedRepository> find_repository(db::Connection& db, std::int64_t organization,
                                                    const std::string& name);

// What is stored as the repository's place: a folder's full path, a URL without credentials.
std::string stored_place(const std::string& place);

}  // namespace sextant::app
