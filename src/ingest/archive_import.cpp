#include "ingest/archive_import.hpp"

#include <glob.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "ingest/coverage.hpp"

namespace sextant::ingest {
namespace {

namespace fs = std::filesystem;
using forge::gharchive::ArchiveBatch;
using forge::gharchive::ArchiveReader;
using forge::gharchive::ArchiveSummary;

bool is_archive_file(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.ends_with(".json.gz") || name.ends_with(".json");
}

// What a shell would make of a pattern that it was not given to expand.
std::vector<fs::path> expand(const std::string& pattern) {
  std::vector<fs::path> found;
  glob_t matches{};
  if (::glob(pattern.c_str(), 0, nullptr, &matches) == 0)
    for (std::size_t i = 0; i < matches.gl_pathc; ++i) found.emplace_back(matches.gl_pathv[i]);
  ::globfree(&matches);
  return found;
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  constexpr auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator entry(folder, options, error), end; !error && entry != end;
       entry.increment(error))
    if (entry->is_regular_file(error) && is_archive_file(entry->path()))
      found.push_back(entry->path());
  return found;
}

std::vector<fs::path> files_behind(const std::string& place) {
  std::error_code error;
  if (fs::is_directory(place, error)) return files_in(place);
  if (fs::exists(place, error)) return {place};
  std::vector<fs::path> found;
  for (const fs::path& path : expand(place)) {
    const auto inside =
        fs::is_directory(path, error) ? files_in(path) : std::vector<fs::path>{path};
    found.insert(found.end(), inside.begin(), inside.end());
  }
  return found;
}

// By hour where the names tell one, so that "2015-01-01-9" comes before "2015-01-01-10".
bool comes_before(const fs::path& a, const fs::path& b) {
  const auto hour_a = forge::gharchive::hour_of(a);
  const auto hour_b = forge::gharchive::hour_of(b);
  return std::tie(hour_a, a) < std::tie(hour_b, b);
}

// All the files of one import, in the hands of several readers.
class Reading {
 public:
  Reading(const IngestEnvironment& environment, const std::vector<fs::path>& files,
          const ArchiveImport& import)
      : environment_(environment), import_(import), reader_(import.prescan) {
    std::error_code error;
    for (const fs::path& file : files) {
      report_.files.push_back({.file = file, .summary = {}, .error = {}});
      const auto size = fs::file_size(file, error);
      if (!error) shown_.bytes_total += size;
    }
  }

  Result<ArchiveReport> run() {
    {
      std::vector<std::jthread> readers;
      for (int i = 0; i < std::max(1, import_.readers); ++i)
        readers.emplace_back([this] { read_files(); });
    }
    if (failure_) return std::unexpected(*failure_);
    for (const ArchiveFileReport& file : report_.files) {
      report_.lines += file.summary.lines;
      report_.bytes += file.summary.bytes;
      report_.events += file.summary.events;
      report_.is_stopped |= file.summary.is_stopped;
    }
    report_.is_stopped |= next_ < report_.files.size();
    report_.kept = kept_;
    return std::move(report_);
  }

 private:
  void read_files() {
    while (!has_to_stop()) {
      const std::size_t at = next_++;
      if (at >= report_.files.size()) return;
      if (auto read = read_file(report_.files[at]); !read) give_up(std::move(read).error());
    }
  }

  bool has_to_stop() const { return import_.stop.stop_requested() || has_failed_; }

  void give_up(Error error) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(error);
    has_failed_ = true;
  }

  Result<void> read_file(ArchiveFileReport& file) {
    std::optional<Error> store_failure;
    std::uint64_t bytes_before = 0;
    std::uint64_t lines_before = 0;
    auto summary = reader_.read(
        file.file,
        {.from_line = 0,
         .stop = import_.stop,
         .progress =
             [&](const forge::gharchive::ArchiveProgress& progress) {
               show(progress.bytes_read - std::exchange(bytes_before, progress.bytes_read),
                    progress.lines - std::exchange(lines_before, progress.lines));
             }},
        [&](const ArchiveBatch& batch) -> Result<void> {
          auto taken = take(batch);
          if (!taken) store_failure = taken.error();
          return taken;
        });
    if (store_failure) return std::unexpected(*store_failure);
    if (!summary) {
      file.error = summary.error().message;
      return {};
    }
    file.summary = *std::move(summary);
    return save(file.summary);
  }

  Result<void> take(const ArchiveBatch& batch) {
    const Arrival arrival{.events = batch.events,
                          .path = Path::archive,
                          .organization = import_.organization,
                          .received_at = environment_.clock.now()};
    kept_ += TRY(hand_over(environment_, arrival, false, {}));
    return {};
  }

  Result<void> save(const ArchiveSummary& summary) {
    if (!summary.hour || summary.is_stopped) return {};
    const ArchiveHour hour{.hour = *summary.hour,
                           .lines = static_cast<std::int64_t>(summary.lines),
                           .events = static_cast<std::int64_t>(summary.events),
                           .problem = summary.first_problem};
    return environment_.database.write([&](db::Connection& connection) {
      return save_archive_hour(connection, import_.organization, hour, environment_.clock.now());
    });
  }

  void show(std::uint64_t bytes, std::uint64_t lines) {
    if (!import_.progress) return;
    const std::lock_guard lock(mutex_);
    shown_.bytes_read += bytes;
    shown_.lines += lines;
    import_.progress(shown_);
  }

  const IngestEnvironment& environment_;
  const ArchiveImport& import_;
  const ArchiveReader reader_;
  ArchiveReport report_;  // each file's part belongs to whoever reads it
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::uint64_t> kept_ = 0;
  std::atomic<bool> has_failed_ = false;

  std::mutex mutex_;
  ArchiveProgress shown_;
  std::optional<Error> failure_;
};

}  // namespace

ArchiveFiles find_archive_files(const std::vector<std::string>& places) {
  ArchiveFiles found;
  for (const std::string& place : places) {
    const auto behind = files_behind(place);
    if (behind.empty()) found.missing.push_back(place);
    found.files.insert(found.files.end(), behind.begin(), behind.end());
  }
  std::ranges::sort(found.files, comes_before);
  found.files.erase(std::ranges::unique(found.files).begin(), found.files.end());
  return found;
}

Result<ArchiveReport> import_archive(const IngestEnvironment& environment,
                                     const std::vector<fs::path>& files,
                                     const ArchiveImport& import) {
  return Reading(environment, files, import).run();
}

}  // namespace sextant::ingest
