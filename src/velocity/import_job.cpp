#include "velocity/import_job.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <simdjson.h>

#include "access/organizations.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "jobs/job_store.hpp"
#include "jobs/stoppable_database.hpp"

namespace sextant::velocity {
namespace {

constexpr std::chrono::seconds progress_every{10};
constexpr std::size_t slice_size = 100;  // jobs stored in one transaction

std::string to_payload(const ImportRequest& request) {
  std::string payload;
  json::Writer json(payload);
  json.begin_object();
  json.key("location").string(request.location);
  json.key("repository").string(request.repository_name);
  json.key("branch").string(request.branch);
  if (request.since) json.key("since").integer(unix_ms(*request.since));
  json.key("score").boolean(request.score);
  json.end_object();
  return payload;
}

Result<ImportRequest> read_payload(const std::string& payload) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  std::string_view location;
  std::string_view name;
  std::string_view branch;
  ImportRequest request;
  if (parser.parse(payload).get(object) != simdjson::SUCCESS ||
      object.at_key("location").get(location) != simdjson::SUCCESS ||
      object.at_key("repository").get(name) != simdjson::SUCCESS ||
      object.at_key("branch").get(branch) != simdjson::SUCCESS ||
      object.at_key("score").get(request.score) != simdjson::SUCCESS)
    return fail(ErrorKind::invalid, "the payload is no request for an import");
  request.location = location;
  request.repository_name = name;
  request.branch = branch;
  std::int64_t since = 0;
  if (object.at_key("since").get(since) == simdjson::SUCCESS) request.since = from_unix_ms(since);
  return request;
}

bool is_folder(const std::string& location) {
  return location.starts_with('/');
}

Result<bool> is_alive(db::Database& database, std::int64_t organization) {
  const auto reader = TRY(database.reader());
  const auto found = access::find_organization(*reader, organization);
  if (found) return true;
  if (found.error().kind == ErrorKind::not_found) return false;
  return std::unexpected(found.error());
}

Result<git::Repository> open_for(const ImportRequest& request,
                                 const ImportJobEnvironment& environment) {
  auto git = environment.open(request.location);
  // A folder that is not here may be on another node.
  if (!git && is_folder(request.location)) return fail(ErrorKind::unavailable, git.error().message);
  return git;
}

// A line for the log now and then.
std::function<void(std::size_t, std::size_t)> progress_of(const ImportRequest& request) {
  return [location = request.location, next = std::chrono::steady_clock::now() + progress_every](
             std::size_t done, std::size_t total) mutable {
    if (std::chrono::steady_clock::now() < next) return;
    next = std::chrono::steady_clock::now() + progress_every;
    log::info("import.under_way", {{"location", location}, {"done", done}, {"total", total}});
  };
}

void tell(const ImportRequest& request, const ImportReport& report) {
  log::info("import.done", {{"repository", report.repository_name},
                            {"location", request.location},
                            {"found", report.found},
                            {"scored", report.scored},
                            {"already_there", report.already_there},
                            {"skipped", report.skipped.size()}});
  for (const SkippedCommit& skipped : report.skipped)
    log::warning("import.skipped", {{"repository", report.repository_name},
                                    {"commit", skipped.commit},
                                    {"reason", skipped.reason}});
}

Result<std::vector<jobs::NewJob>> refreshes_of(db::Connection& connection,
                                               std::int64_t organization) {
  std::vector<jobs::NewJob> wanted;
  for (const TrackedRepository& repository : TRY(RepositoryStore(connection).list(organization)))
    if (!is_folder(repository.location))
      wanted.push_back(import_job(organization, {.location = repository.location,
                                                 .repository_name = repository.name,
                                                 .branch = repository.branch,
                                                 .since = repository.imported_since}));
  return wanted;
}

Result<std::vector<jobs::NewJob>> all_refreshes(db::Database& database) {
  const auto reader = TRY(database.reader());
  std::vector<jobs::NewJob> wanted;
  for (const auto& organization : TRY(access::list_organizations(*reader)))
    for (jobs::NewJob& one : TRY(refreshes_of(*reader, organization.id)))
      wanted.push_back(std::move(one));
  return wanted;
}

}  // namespace

jobs::NewJob import_job(std::int64_t organization, const ImportRequest& request) {
  return {.organization = organization,
          .kind = import_kind,
          .key = fmt::format("{} {} {}", request.location, request.repository_name, request.branch),
          .payload = to_payload(request)};
}

Result<void> run_import_job(const jobs::Job& job, const std::stop_token& stop,
                            const ImportJobEnvironment& environment) {
  const ImportRequest request = TRY(read_payload(job.payload));
  jobs::StoppableDatabase database(environment.database, stop);
  if (!TRY(is_alive(database, job.organization))) return {};
  const auto git = TRY(open_for(request, environment));
  const auto report = TRY(import_repository(
      git, job.organization,
      {.repository_name = request.repository_name,
       .location = request.location,
       .branch = request.branch,
       .since = request.since,
       .score = request.score,
       .settings = environment.settings},
      {database, environment.scorer, environment.clock, progress_of(request), stop}));
  tell(request, report);
  return {};
}

Result<void> run_refresh_job(const std::stop_token& stop, db::Database& database,
                             const jobs::SharedTime& now) {
  const auto wanted = TRY(all_refreshes(database));
  jobs::StoppableDatabase stoppable(database, stop);
  for (std::size_t at = 0; at < wanted.size(); at += slice_size) {
    const Instant asked_at = TRY(now());
    TRY(stoppable.write([&](db::Connection& connection) -> Result<void> {
      const std::size_t end = std::min(at + slice_size, wanted.size());
      for (std::size_t i = at; i < end; ++i) TRY(jobs::enqueue(connection, wanted[i], asked_at));
      return {};
    }));
  }
  log::info("refresh.asked_for", {{"repositories", wanted.size()}});
  return {};
}

}  // namespace sextant::velocity
