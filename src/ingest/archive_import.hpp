// Reads hours of an archive, several files at a time: what concerns somebody is handed over, the
// rest is never parsed. Whatever was cut short is simply read again.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "forge/gharchive/archive_reader.hpp"
#include "forge/prescan.hpp"
#include "ingest/inbox_job.hpp"

namespace sextant::ingest {

// The archive files behind paths, which may be folders and patterns ("2015-01-*.json.gz"), in the
// order of their hours, each once; and what stands for none.
struct ArchiveFiles {
  std::vector<std::filesystem::path> files;
  std::vector<std::string> missing;
};
ArchiveFiles find_archive_files(const std::vector<std::string>& places);

struct ArchiveFileReport {
  std::filesystem::path file;
  forge::gharchive::ArchiveSummary summary;
  std::string error;  // why it was not read at all
  bool is_whole() const { return error.empty() && summary.is_whole(); }
};

struct ArchiveReport {
  std::vector<ArchiveFileReport> files;  // in the order they were given
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;   // unpacked
  std::uint64_t events = 0;  // read
  std::uint64_t kept = 0;    // somebody wanted them
  bool is_stopped = false;
};

struct ArchiveProgress {
  std::uint64_t bytes_read = 0;  // packed, over all files
  std::uint64_t bytes_total = 0;
  std::uint64_t lines = 0;
};

struct ArchiveImport {
  std::int64_t organization = 0;  // whose leads they become
  const forge::Prescan& prescan;
  int readers = 1;
  std::stop_token stop = {};
  std::function<void(const ArchiveProgress&)> progress = {};  // one call at a time
};

// An error is one of the store; what is wrong with files is in the report.
Result<ArchiveReport> import_archive(const IngestEnvironment& environment,
                                     const std::vector<std::filesystem::path>& files,
                                     const ArchiveImport& import);

}  // namespace sextant::ingest
