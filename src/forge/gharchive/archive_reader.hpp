// Hours of GH Archive: files "2015-01-01-15.json.gz" with one public event a line, read at about
// the speed at which they can be unpacked. Real ones have holes; each is survived, counted and
// named.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "forge/event.hpp"
#include "forge/prescan.hpp"

namespace sextant::forge::gharchive {

// "2015-01-01-15.json.gz" is the hour from 15:00; nothing for a name of another form.
std::optional<Instant> hour_of(const std::filesystem::path& path);

// How the reading of a file went. Lines that nobody asked for are looked at by their ends only, so
// `spliced` and most of `broken` are of lines that the prescan chose.
struct ArchiveSummary {
  std::optional<Instant> hour;  // by the file's name
  std::uint64_t bytes = 0;      // unpacked
  std::uint64_t lines = 0;      // gone through, those before the first wanted too: where to go on
  std::uint64_t parsed = 0;
  std::uint64_t events = 0;  // handed over

  std::uint64_t broken = 0;    // lines with something that is no event
  std::uint64_t spliced = 0;   // lines with several events, each of which was read
  std::uint64_t too_long = 0;  // lines that were skipped for their length
  bool is_empty = false;       // not one line with something in it
  bool is_cut = false;         // ends in the middle of a line, or of its gzip stream
  bool is_corrupt = false;     // not gzip any more from somewhere on
  bool is_stopped = false;     // by who asked: read on from `lines`
  std::string first_problem;   // with its line; empty where there is none

  bool is_whole() const { return first_problem.empty() && !is_stopped; }
};

// Some events in the order of the file. Once they are stored, `lines` is where to go on.
struct ArchiveBatch {
  std::span<const Event> events;
  std::uint64_t lines = 0;
};
// An error ends the reading.
using ArchiveSink = std::function<Result<void>(const ArchiveBatch&)>;

struct ArchiveProgress {
  std::uint64_t bytes_read = 0;  // of the file, packed as it is
  std::uint64_t bytes_total = 0;
  std::uint64_t lines = 0;
};

struct ArchiveOptions {
  std::uint64_t from_line = 0;  // so many lines were dealt with before
  std::stop_token stop;
  std::function<void(const ArchiveProgress&)> progress;  // after every block; may be empty
};

// One file after the other; any number of readers share a prescan.
class ArchiveReader {
 public:
  explicit ArchiveReader(const Prescan& prescan) : prescan_(prescan) {}

  // `invalid` for a file from before 2015, whose shape is another, `not_found` for none. Holes are
  // no errors.
  Result<ArchiveSummary> read(const std::filesystem::path& path, const ArchiveOptions& options,
                              const ArchiveSink& sink) const;

 private:
  const Prescan& prescan_;
};

}  // namespace sextant::forge::gharchive
