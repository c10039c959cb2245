#include "git/file_log.hpp"

#include <algorithm>
#include <limits>

#include "base/text.hpp"

namespace sextant::git {
namespace {

constexpr std::int64_t seconds_a_day = 86'400;
constexpr std::uint32_t commits_max = std::numeric_limits<std::uint32_t>::max() / 2;

}  // namespace

// "/HASH SECONDS TITLE"
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

void FileLog::touch(std::string_view path, std::string_view old_path) {
  if (times_.empty()) return;
  auto found = touches_.find(path);
  if (found == touches_.end()) {
    const auto before = touches_.find(old_path);
    std::vector<Touch> past;
    if (before != touches_.end()) past = before->second;
    found = touches_.try_emplace(std::string(path), std::move(past)).first;
  }
  const auto position = static_cast<std::uint32_t>(times_.size() - 1);
  found->second.push_back(position * 2 + (is_marked_ ? 1 : 0));
}

Result<FileLog> FileLog::read(const Repository& repository, const std::string& head,
                              const TitleTest& marks) {
  FileLog log;
  bool is_good = true;
  // A commit's files follow it, each as its status and one path, or two where it moved.
  enum class Next { commit_or_status, old_path, path };
  Next next = Next::commit_or_status;
  std::string old_path;
  const auto take = [&](std::string_view record) {
    if (next == Next::path) {
      log.touch(record, old_path);
      old_path.clear();
      next = Next::commit_or_status;
    } else if (next == Next::old_path) {
      old_path = record;
      next = Next::path;
    } else if (record.starts_with('/')) {
      is_good = is_good && log.begin_commit(record, marks);
    } else if (const std::string_view status = trim(record); !status.empty()) {
      next = status.front() == 'R' ? Next::old_path : Next::path;
    }
  };
  // Whole moves are told by hashes alone: no file is read, which a partial clone may not have.
  const Result<void> read = repository.each_line(
      {"log", "-z", "--reverse", "--first-parent", "--diff-merges=first-parent", "-M100%",
       "--name-status", "--format=tformat:/%H %ct %s", "--end-of-options", head, "--"},
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
  }
  if (past.changes > 0) {
    const std::int64_t days = (now - times_[touches.front() / 2]) / seconds_a_day;
    past.age_days = static_cast<int>(std::clamp<std::int64_t>(days, 0, 100'000));
  }
  return past;
}

}  // namespace sextant::git
