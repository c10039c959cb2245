#include "scoring/change_excerpt.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

#include <fmt/format.h>

#include "base/text.hpp"
#include "scoring/path_kind.hpp"

namespace sextant::scoring {
namespace {

constexpr std::size_t line_bytes_most = 1000;
constexpr std::size_t useful_share = 800;  // bytes of a file that are worth showing

std::string_view name(git::FileStatus status) {
  switch (status) {
    case git::FileStatus::modified:
      return "modified";
    case git::FileStatus::added:
      return "added";
    case git::FileStatus::deleted:
      return "deleted";
    case git::FileStatus::renamed:
      return "renamed";
    case git::FileStatus::copied:
      return "copied";
    case git::FileStatus::type_changed:
      return "type changed";
  }
  return "";
}

int changed_lines(const git::FileChange& file) {
  return file.lines_added + file.lines_removed;
}

// The files that somebody wrote, by path. Documentation is among them: it speaks for quality.
std::vector<const git::FileChange*> counted_files(const ChangeInputs& change,
                                                  const std::vector<std::string>& ignore) {
  std::vector<const git::FileChange*> files;
  for (const git::FileChange& file : change.diff.files) {
    const FileKind kind = kind_of_file(file, change.attributes, ignore);
    if (kind.kind != PathKind::excluded || kind.reason == ExclusionReason::documentation)
      files.push_back(&file);
  }
  std::ranges::stable_sort(files, {}, &git::FileChange::path);
  return files;
}

// One file's part of the text, as long as it may become.
class FilePart {
 public:
  FilePart(const git::FileChange& file, std::size_t bytes)
      : file_(file), bytes_(bytes), shown_(file.path) {
    // In quotes, so that no name can look like something else.
    text_ = fmt::format("file \"{}\" {}", shown_.name(), name(file.status));
    if (!file.old_path.empty() && file.old_path != file.path)
      text_ += fmt::format(", before \"{}\"", shown_name(file.old_path));
    text_ += '\n';
    for (const git::Hunk& hunk : file.hunks) {
      for (std::size_t i = 0; i < hunk.removed.size() && !is_full_; ++i)
        line('-', hunk.old_line + static_cast<int>(i), hunk.removed[i]);
      for (std::size_t i = 0; i < hunk.added.size() && !is_full_; ++i)
        line('+', hunk.new_line + static_cast<int>(i), hunk.added[i]);
    }
  }

  const std::string& text() const { return text_; }
  const ShownFile& shown() const { return shown_; }
  // Changed lines that are not, or not whole, in the text.
  int lines_cut() const { return std::max(0, changed_lines(file_) - whole_lines_); }

 private:
  void line(char sign, int number, std::string_view content) {
    if (content.ends_with('\r')) content.remove_suffix(1);
    const bool is_whole = content.size() <= line_bytes_most;
    std::string text = fmt::format("{}{} ", sign, number);
    text += valid_utf8(content.substr(0, line_bytes_most));
    if (!is_whole) text += " [cut]";
    text += '\n';
    is_full_ = text_.size() + text.size() > bytes_;
    if (is_full_) return;
    text_ += text;
    shown_.add(sign == '+', number);
    whole_lines_ += is_whole ? 1 : 0;
  }

  const git::FileChange& file_;
  const std::size_t bytes_;
  std::string text_;
  ShownFile shown_;
  int whole_lines_ = 0;
  bool is_full_ = false;
};

// What each may have, when those that want less than an equal share leave it to the others.
std::vector<std::size_t> shares(const std::vector<std::size_t>& wanted, std::size_t bytes) {
  std::vector<std::size_t> order(wanted.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(wanted[i], i); });
  std::vector<std::size_t> given(wanted.size());
  for (std::size_t done = 0; done < order.size(); ++done) {
    const std::size_t share = bytes / (order.size() - done);
    given[order[done]] = std::min(wanted[order[done]], share);
    bytes -= given[order[done]];
  }
  return given;
}

}  // namespace

ChangeExcerpt make_excerpt(const ChangeInputs& change, const std::vector<std::string>& ignore,
                           std::size_t bytes) {
  ChangeExcerpt excerpt;
  std::vector<const git::FileChange*> files = counted_files(change, ignore);
  excerpt.files = static_cast<int>(files.size());
  excerpt.files_left_out = static_cast<int>(change.diff.files.size() - files.size());

  const std::size_t shown = std::max<std::size_t>(1, bytes / useful_share);
  std::vector<const git::FileChange*> unshown;
  if (files.size() > shown) {
    std::ranges::stable_sort(files, std::greater{},
                             [](const git::FileChange* file) { return changed_lines(*file); });
    unshown.assign(files.begin() + static_cast<std::ptrdiff_t>(shown), files.end());
    files.resize(shown);
    std::ranges::stable_sort(files, {}, &git::FileChange::path);
  }

  std::vector<std::size_t> wanted;
  for (const git::FileChange* file : files) wanted.push_back(FilePart(*file, bytes).text().size());
  const std::vector<std::size_t> given = shares(wanted, bytes);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const FilePart part(*files[i], given[i]);
    excerpt.text += part.text();
    excerpt.shown.add(part.shown());
    if (part.lines_cut() == 0) continue;
    fmt::format_to(std::back_inserter(excerpt.text),
                   "[{} changed lines of this file are not, or not whole, shown]\n",
                   part.lines_cut());
    ++excerpt.files_cut;
    excerpt.lines_cut += part.lines_cut();
  }
  if (!unshown.empty()) {
    int lines = 0;
    for (const git::FileChange* file : unshown) lines += changed_lines(*file);
    fmt::format_to(std::back_inserter(excerpt.text),
                   "[{} more files with {} changed lines are not shown]\n", unshown.size(), lines);
    excerpt.files_cut += static_cast<int>(unshown.size());
    excerpt.lines_cut += lines;
  }
  // Their lines are among the last file's, which are cut there.
  if (const int unread = change.diff.files_unread; unread > 0) {
    fmt::format_to(std::back_inserter(excerpt.text), "[{} more files were not read]\n", unread);
    excerpt.files_cut += unread;
  }
  return excerpt;
}

}  // namespace sextant::scoring
