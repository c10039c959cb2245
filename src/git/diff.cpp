#include "git/diff.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>

#include "git/diff_parser.hpp"

namespace sextant::git {
namespace {

void append_file(std::string& out, const FileChange& file) {
  // Names end at a NUL and every other line begins with '@', '-' or '+': no two diffs have one
  // text.
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("file {} {} {} {}{}{}{}\n"),
                 static_cast<int>(file.status), file.lines_added, file.lines_removed,
                 file.is_binary ? 'b' : '-', file.is_submodule ? 's' : '-',
                 file.is_symlink ? 'l' : '-', file.truncated ? 't' : '-');
  out += file.old_path;
  out += '\0';
  out += file.path;
  out += '\0';
  for (const Hunk& hunk : file.hunks) {
    fmt::format_to(std::back_inserter(out), FMT_COMPILE("@{} {}\n"), hunk.old_line, hunk.new_line);
    const auto append_lines = [&](char sign, const std::vector<std::string_view>& lines) {
      for (const std::string_view line : lines) {
        out += sign;
        out += line;
        out += '\n';
      }
    };
    append_lines('-', hunk.removed);
    append_lines('+', hunk.added);
  }
}

}  // namespace

int Diff::lines_added() const {
  int lines = 0;
  for (const FileChange& file : files) lines += file.lines_added;
  return lines;
}

int Diff::lines_removed() const {
  int lines = 0;
  for (const FileChange& file : files) lines += file.lines_removed;
  return lines;
}

Result<Diff> parse_diff(std::string_view text, const DiffLimits& limits) {
  constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    return fail(
        ErrorKind::invalid,
        "the diff is in UTF-16, as PowerShell's > writes it; `git diff --output=FILE` writes "
        "it as it is");
  if (text.starts_with(utf8_mark)) text.remove_prefix(utf8_mark.size());
  DiffParser parser(limits);
  TRY(parser.read(text));
  return parser.finish();
}

std::string canonical_text(const Diff& diff) {
  std::vector<const FileChange*> files;
  files.reserve(diff.files.size());
  for (const FileChange& file : diff.files) files.push_back(&file);
  // The last part keeps files of one name in their order.
  const auto key = [](const FileChange* file) {
    return std::tuple<const std::string&, const std::string&, const FileChange*>(
        file->path, file->old_path, file);
  };
  std::ranges::sort(files, {}, key);
  std::string out;
  for (const FileChange* file : files) append_file(out, *file);
  return out;
}

}  // namespace sextant::git
