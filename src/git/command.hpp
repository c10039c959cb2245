// How git is called. When it reads, it sees nothing of the repository's, the user's or the
// machine's configuration, and can neither fetch nor ask; only a fetch sees the user's own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "git/subprocess.hpp"

namespace sextant::git {

Subprocess::Command reading_command(const std::filesystem::path& directory,
                                    const std::vector<std::string>& arguments);
Subprocess::Command fetching_command(const std::filesystem::path& directory,
                                     const std::vector<std::string>& arguments);

// Standard output, whole; an error carries git's own words.
Result<std::string> output_of(Subprocess::Command command);

}  // namespace sextant::git
