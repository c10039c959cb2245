#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/leads_capture.hpp"
#include "app/progress.hpp"
#include "app/secret_key.hpp"
#include "app/stop_signals.hpp"
#include "forge/github/public_event.hpp"
#include "ingest/archive_import.hpp"
#include "leads/keyword_prescan.hpp"

namespace sextant::app {
namespace {

leads::ScannedFields scanned_fields() {
  return {.texts = {std::begin(forge::github::text_fields), std::end(forge::github::text_fields)},
          .repository = std::string(forge::github::repository_field)};
}

std::string what_is_wrong(const ingest::ArchiveFileReport& file) {
  if (!file.error.empty()) return file.error;
  if (file.summary.is_stopped) return "stopped";
  const auto& summary = file.summary;
  std::string all = summary.first_problem;
  if (summary.broken > 0) all += fmt::format("; broken lines: {}", summary.broken);
  if (summary.spliced > 0) all += fmt::format("; spliced lines: {}", summary.spliced);
  if (summary.too_long > 0) all += fmt::format("; lines too long: {}", summary.too_long);
  return all;
}

constexpr std::string_view no_archive =
    "is no archive file, nor a folder or pattern of such (2015-01-01-15.json.gz)";

int print_report(const ingest::ArchiveReport& report, const std::vector<std::string>& missing,
                 const leads::CaptureCounts& counts) {
  for (const std::string& place : missing) fmt::print(stderr, "{}: {}\n", place, no_archive);
  std::size_t not_whole = missing.size();
  for (const ingest::ArchiveFileReport& file : report.files) {
    if (file.is_whole()) continue;
    ++not_whole;
    fmt::print(stderr, "{}: {}\n", file.file.filename().string(), what_is_wrong(file));
  }
  fmt::print("files {}, not whole {}, lines {}, events read {}, kept {}; leads {}",
             report.files.size() + missing.size(), not_whole, report.lines, report.events,
             report.kept, counts.created);
  if (counts.updated > 0) fmt::print(", updated {}", counts.updated);
  if (counts.unchanged > 0) fmt::print(", already there {}", counts.unchanged);
  if (counts.over_quota > 0) fmt::print(", over quota {}", counts.over_quota);
  if (counts.refused > 0) fmt::print(", refused {}", counts.refused);
  fmt::print("\n");
  if (report.is_stopped) {
    fmt::print(stderr, "stopped before the end: the same command again reads the rest\n");
    return ExitStatus::failed;
  }
  return not_whole == 0 ? ExitStatus::done : ExitStatus::some_skipped;
}

}  // namespace

Result<int> import_archive(const GlobalOptions& global, const ImportArchiveOptions& options) {
  const StopSignals stop_signals;
  const auto [files, missing] = ingest::find_archive_files(options.places);
  if (files.empty())
    return fail(ErrorKind::not_found, fmt::format("{} {}", missing.front(), no_archive));
  const Store store = TRY(open_store(global));
  const auto organization = TRY(choose_organization(store, options.organization, true));
  const Secret key = TRY(secret_key(store.config));
  LeadsCapture capture(store, tombstone_key(key));
  std::unique_ptr<forge::Prescan> prescan;
  {
    const auto reader = TRY(store.database->reader());
    const auto [watched, matcher] = TRY(capture.watched(*reader));
    prescan = TRY(leads::make_prescan(matcher, watched->repository_names(), scanned_fields()));
    if (watched->keywords().empty() && watched->repository_names().empty())
      return fail(ErrorKind::invalid,
                  "nothing is tracked yet, so nothing would become a lead: `sextant repo track "
                  "OWNER/NAME` and `sextant keyword track PHRASE` first");
  }
  const ingest::IngestEnvironment environment{.database = *store.database,
                                              .clock = system_clock(),
                                              .subscribers = {capture.subscriber()},
                                              .read = {}};
  ingest::ArchiveReport report;
  {
    const StopOnSignal stop(stop_signals);
    Progress progress("read", Progress::Unit::bytes);
    report = TRY(ingest::import_archive(
        environment, files,
        {.organization = organization.id,
         .prescan = *prescan,
         .readers = static_cast<int>(std::max(1u, std::thread::hardware_concurrency())),
         .stop = stop.token(),
         .progress = [&](const ingest::ArchiveProgress& at) {
           progress.show(at.bytes_read, at.bytes_total);
         }}));
  }
  return print_report(report, missing, capture.counts());
}

}  // namespace sextant::app
