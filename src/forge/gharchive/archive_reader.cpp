#include "forge/gharchive/archive_reader.hpp"

#include <cstring>
#include <string_view>

#include <fmt/format.h>

#include "base/text.hpp"
#include "forge/gharchive/archive_input.hpp"
#include "forge/gharchive/line_blocks.hpp"
#include "forge/github/public_event.hpp"

namespace sextant::forge::gharchive {
namespace {

constexpr std::size_t batch_events = 500;
constexpr std::size_t batch_bytes = 1 << 20;
constexpr Instant oldest_hour = std::chrono::sys_days{std::chrono::year{2015} / 1 / 1};

// Without the bytes that a crash or another system's line ends leave around it.
std::string_view trim_line(std::string_view line) {
  constexpr std::string_view around(" \t\r\0", 4);
  const auto first = line.find_first_not_of(around);
  if (first == line.npos) return {};
  return line.substr(first, line.find_last_not_of(around) - first + 1);
}

bool looks_whole(std::string_view line) {
  return line.starts_with('{') && line.ends_with('}');
}

Error too_old(const std::filesystem::path& path) {
  return {ErrorKind::invalid,
          fmt::format("{} is from before 2015: GH Archive had another shape then, which is not "
                      "read; take hours from 2015-01-01-0 on",
                      path.string())};
}

// One file on its way through.
class Reading {
 public:
  Reading(const Prescan& prescan, const ArchiveOptions& options, const ArchiveSink& sink)
      : prescan_(prescan), options_(options), sink_(sink) {}

  Result<ArchiveSummary> run(const std::filesystem::path& path, ArchiveInput& input);

 private:
  Result<void> read_block(std::string_view block);
  bool begins_before_2015(std::string_view block);
  std::string_view next_line();
  void pass(std::string_view line);
  void take(std::string_view line);
  void read_line(std::string_view line);
  void read_pieces(std::string_view line, const std::string& reason);
  Result<void> read_piece(std::string_view text);
  Result<void> flush();
  void end_with(InputEnd end);
  void drop_open_line(std::string_view& block);
  void tell(std::string_view what);

  const Prescan& prescan_;
  const ArchiveOptions& options_;
  const ArchiveSink& sink_;
  github::PublicEventReader reader_;
  ArchiveSummary summary_;
  std::vector<Event> batch_;
  std::size_t batch_text_ = 0;
  std::string_view block_;
  std::size_t at_ = 0;     // the beginning of the next line in it
  bool has_text_ = false;  // in lines that were not dealt with before
};

Result<ArchiveSummary> Reading::run(const std::filesystem::path& path, ArchiveInput& input) {
  summary_.hour = hour_of(path);
  if (summary_.hour && *summary_.hour < oldest_hour) return std::unexpected(too_old(path));
  LineBlocks blocks(input, github::PublicEventReader::padding);
  while (!summary_.is_stopped) {
    std::string_view block = TRY(blocks.next());
    if (blocks.skipped() > 0) {
      summary_.too_long += blocks.skipped();
      summary_.lines += blocks.skipped();
      tell(fmt::format("is longer than {} MiB", LineBlocks::line_bytes_max >> 20));
    }
    if (block.empty()) break;
    if (summary_.bytes == 0 && begins_before_2015(block)) return std::unexpected(too_old(path));
    summary_.bytes += block.size();
    if (blocks.is_open()) drop_open_line(block);
    TRY(read_block(block));
    if (options_.progress)
      options_.progress({input.bytes_read(), input.bytes_total(), summary_.lines});
    summary_.is_stopped = options_.stop.stop_requested();
  }
  TRY(flush());
  if (!summary_.is_stopped) end_with(input.end());
  return std::move(summary_);
}

bool Reading::begins_before_2015(std::string_view block) {
  for (std::size_t at = 0; at < block.size();) {
    const std::size_t end = block.find('\n', at);
    const std::string_view line = trim_line(block.substr(at, end - at));
    if (looks_whole(line)) return reader_.is_of_old_shape(line);
    at = end + 1;
  }
  return false;
}

// The last line of a file may lack its line end and be whole nevertheless.
void Reading::drop_open_line(std::string_view& block) {
  --summary_.bytes;  // the line end is not the file's
  const std::string_view line = trim_line(block.substr(0, block.size() - 1));
  if (line.empty() || looks_whole(line)) return;
  summary_.is_cut = true;
  block = {};
}

Result<void> Reading::read_block(std::string_view block) {
  block_ = block;
  at_ = 0;
  while (at_ < block_.size() && summary_.lines < options_.from_line) {
    next_line();
    ++summary_.lines;
  }
  if (at_ == block_.size()) return {};
  const std::size_t wanted = at_;
  prescan_.scan(block_.substr(wanted), [&](std::size_t offset) {
    offset += wanted;
    if (offset < at_ || offset >= block_.size()) return;
    std::string_view line = next_line();
    for (; at_ <= offset; line = next_line()) pass(line);
    take(line);
  });
  while (at_ < block_.size()) pass(next_line());
  if (batch_.size() >= batch_events || batch_text_ >= batch_bytes) return flush();
  return {};
}

std::string_view Reading::next_line() {
  const char* const begin = block_.data() + at_;
  const auto* const end = static_cast<const char*>(std::memchr(begin, '\n', block_.size() - at_));
  const auto length = static_cast<std::size_t>(end - begin);
  at_ += length + 1;
  return {begin, length};
}

void Reading::pass(std::string_view line) {
  ++summary_.lines;
  if (!looks_whole(line)) line = trim_line(line);
  if (line.empty()) return;
  has_text_ = true;
  if (looks_whole(line)) return;
  ++summary_.broken;
  tell("is no whole event");
}

void Reading::take(std::string_view line) {
  ++summary_.lines;
  line = trim_line(line);
  if (line.empty()) return;
  has_text_ = true;
  if (const auto read = read_piece(line); !read) read_pieces(line, read.error().message);
}

// A line that is no event may be several, or the end of one and another.
void Reading::read_pieces(std::string_view line, const std::string& reason) {
  std::size_t pieces = 0;
  std::size_t begin = github::find_public_event(line, 0);
  bool is_broken = begin != 0;
  for (std::size_t end = 0; begin < line.size(); begin = end, ++pieces) {
    end = std::min(github::find_public_event(line, begin + 1), line.size());
    if (begin == 0 && end == line.size()) break;  // the line itself: it was tried
    if (!read_piece(trim_line(line.substr(begin, end - begin)))) is_broken = true;
  }
  if (pieces > 1) {
    ++summary_.spliced;
    tell("holds several events");
  }
  if (!is_broken && pieces > 0) return;
  ++summary_.broken;
  tell(reason);
}

Result<void> Reading::read_piece(std::string_view text) {
  ++summary_.parsed;
  std::optional<Event> event = TRY(reader_.read(text));
  if (!event) return {};
  ++summary_.events;
  batch_text_ += event->title.size() + event->body.size();
  batch_.push_back(*std::move(event));
  return {};
}

Result<void> Reading::flush() {
  if (batch_.empty()) return {};
  TRY(sink_({batch_, summary_.lines}));
  batch_.clear();
  batch_text_ = 0;
  return {};
}

void Reading::end_with(InputEnd end) {
  const bool has_lines = has_text_ || summary_.is_cut || summary_.too_long > 0;
  summary_.is_empty = end == InputEnd::whole && !has_lines && options_.from_line == 0;
  summary_.is_corrupt = end == InputEnd::corrupt;
  if (end == InputEnd::cut) summary_.is_cut = true;
  const std::string_view problem =
      summary_.is_corrupt    ? "the file is damaged; what follows is not read"
      : end == InputEnd::cut ? "the file ends in the middle of its gzip stream"
      : summary_.is_cut      ? "the file ends in the middle of a line"
      : summary_.is_empty    ? "the file is empty"
                             : "";
  if (problem.empty() || !summary_.first_problem.empty()) return;
  summary_.first_problem = summary_.is_empty
                               ? std::string(problem)
                               : fmt::format("after line {}: {}", summary_.lines, problem);
}

void Reading::tell(std::string_view what) {
  if (summary_.first_problem.empty())
    summary_.first_problem = fmt::format("line {}: {}", summary_.lines, what);
}

}  // namespace

std::optional<Instant> hour_of(const std::filesystem::path& path) {
  std::string name = path.filename().string();
  for (const std::string_view ending : {".gz", ".json"}) {
    if (name.ends_with(ending)) name.resize(name.size() - ending.size());
  }
  const std::size_t dash = name.rfind('-');
  if (dash != 10) return std::nullopt;
  const auto day = parse_iso(name.substr(0, dash));
  const auto hour = parse_integer(name.substr(dash + 1));
  if (!day || !day->date_only || !hour || *hour < 0 || *hour > 23) return std::nullopt;
  return day->at + std::chrono::hours{*hour};
}

Result<ArchiveSummary> ArchiveReader::read(const std::filesystem::path& path,
                                           const ArchiveOptions& options,
                                           const ArchiveSink& sink) const {
  const auto input = TRY(ArchiveInput::open(path));
  return Reading(prescan_, options, sink).run(path, *input);
}

}  // namespace sextant::forge::gharchive
