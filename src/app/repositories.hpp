// Opening a repository where it is: a folder, or a URL's clone in the data directory.
#pragma once

#include <string>

#include "app/store.hpp"
#include "git/repository.hpp"

namespace sextant::app {

// Clones a URL, or brings its clone up to date where `refresh` is set; opens a folder.
Result<git::Repository> open_repository(const Store& store, const std::string& place, bool refresh);

// What is stored as the repository's place: a folder's full path, a URL without credentials.
std::string stored_place(const std::string& place);

}  // namespace sextant::app
