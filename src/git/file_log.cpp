#include "git/file_log.hpp"

#include <algorithm>
#include <limits>

#include "base/text.hpp"

namespace sextant::git {
namespace {

constexpr std::int64_t seconds_a_day = 86'400;
constexpr std::int64_t recent_days = 90;
constexpr std::uint32_t commits_max = std::numeric_limits<std::uint32_t>::max() / 2;

}  // namespace

// "/HASH SECONDS TITLE": no path begins with a slash, so no file can pretend to be a commit.
bool FileLog::begin_commit(std::string_view header, const TitleTest& marks) {
  header.remove_prefix(1);
  const std::size_t hash_end = header.find(' ');
  if (hash_end == std::string_view::npos || times_.size() >= commits_max) return false;
  const std::size_t time_end = std::min(header.find(' ', hash_end + 1), header.size());
  const auto seconds = parse_integer(header.substr(hash_end + 1, time_end - hash_end - 1));
  if (!seconds) return false;
  positions_.emplace(header.substr(0, hash_end), static_cast<std::uint32_t>(times_.size()));
  times_.push_back(*seconds);
  is_marked_ = marks(header.substr(std::min(time_end + 1, header.size())));
  return true;
}

Result<FileLog> FileLog::read(const Repository& repository, const std::string& head,
                              const TitleTest& marks) {
  FileLog log;
  bool is_good = true;
  bool begins = false;  // the next record is a commit's first file
  const auto take = [&](std::string_view record) {
    if (record.starts_with('/')) {
      is_good = is_good && log.begin_commit(record, marks);
      begins = true;
      return;
    }
    if (begins && record.starts_with('\n')) record.remove_prefix(1);
    begins = false;
    if (record.empty() || log.times_.empty()) return;
    const auto position = static_cast<std::uint32_t>(log.times_.size() - 1);
    const Touch touch = position * 2 + (log.is_marked_ ? 1 : 0);
    auto found = log.touches_.find(record);
    if (found == log.touches_.end()) found = log.touches_.try_emplace(std::string(record)).first;
    found->second.push_back(touch);
  };
  const Result<void> read = repository.each_line(
      {"log", "-z", "--reverse", "--first-parent", "--diff-merges=first-parent", "--no-renames",
       "--name-only", "--format=tformat:/%H %ct %s", "--end-of-options", head, "--"},
      take, '\0');
  if (!read) return context("the history of files", read.error());
  if (!is_good)
    return fail(ErrorKind::internal, "the history of files has a line that is no commit");
  return log;
}

std::optional<std::uint32_t> FileLog::find(std::string_view commit) const {
  const auto found = positions_.find(commit);
  return found == positions_.end() ? std::nullopt : std::optional(found->second);
}

FileLog::Past FileLog::before(std::string_view commit, std::string_view path) const {
  Past past;
  const std::optional<std::uint32_t> position = find(commit);
  const auto found = touches_.find(path);
  if (!position || found == touches_.end()) return past;
  const std::vector<Touch>& touches = found->second;
  const auto end = std::lower_bound(touches.begin(), touches.end(), *position * 2);
  const std::int64_t now = times_[*position];
  for (auto touch = touches.begin(); touch != end; ++touch) {
    ++past.changes;
    past.marked += static_cast<int>(*touch & 1);
    past.recent_changes += times_[*touch / 2] >= now - recent_days * seconds_a_day;
  }
  if (past.changes > 0) {
    const std::int64_t days = (now - times_[touches.front() / 2]) / seconds_a_day;
    past.age_days = static_cast<int>(std::clamp<std::int64_t>(days, 0, 100'000));
  }
  return past;
}

}  // namespace sextant::git
