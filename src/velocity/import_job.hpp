// Importing in the background: a repository on request, and all that came by URL now and then.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "jobs/job.hpp"
#include "jobs/shared_time.hpp"
#include "velocity/import.hpp"

namespace sextant::velocity {

constexpr const char* import_kind = "velocity.import";
constexpr const char* refresh_kind = "velocity.refresh";

// What an import job's payload says.
struct ImportRequest {
  std::string location;          // a folder's full path, or a URL without credentials
  std::string repository_name;   // empty: guessed from the remote
  std::string branch;            // empty: the default branch
  std::optional<Instant> since;  // leave out what was merged before
  bool score = true;
};

jobs::NewJob import_job(std::int64_t organization, const ImportRequest& request);

struct ImportJobEnvironment {
  db::Database& database;
  const scoring::Scorer& scorer;
  const Clock& clock;
  Settings settings;
  // Clones a URL or brings its clone up to date; opens a folder.
  std::function<Result<git::Repository>(const std::string& location)> open;
};

// Does what an import job says; what it comes to is told to the log.
Result<void> run_import_job(const jobs::Job& job, const std::stop_token& stop,
                            const ImportJobEnvironment& environment);

// Asks for an import of every repository that was imported by URL, as it was imported.
Result<void> run_refresh_job(const std::stop_token& stop, db::Database& database,
                             const jobs::SharedTime& now);

}  // namespace sextant::velocity
