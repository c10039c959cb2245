// What a change did to files. Only changed lines are kept, never context, so that -U0, -U3 and a
// forge's own form of the same change are equal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace sextant::git {

enum class FileStatus { modified, added, deleted, renamed, copied, type_changed };

// Lines removed and lines added at one place. Texts have no line end; a CR before it stays. A
// line's number, from 1, is that of the first removed or added one; with none, of the one before.
struct Hunk {
  int old_line = 0;  // in the old file
  int new_line = 0;  // in the new file
  std::vector<std::string_view> removed;
  std::vector<std::string_view> added;
};

struct FileChange {
  std::string old_path;  // empty where the file is new
  std::string path;      // the new path; the old one where it is deleted
  FileStatus status = FileStatus::modified;
  bool is_binary = false;
  bool is_submodule = false;
  bool is_symlink = false;
  bool truncated = false;  // some of its lines were left out: the file passed a limit
  std::vector<Hunk> hunks;
  int lines_added = 0;  // counts are whole, also where lines were left out
  int lines_removed = 0;
};

// Views in the hunks point into the text that was parsed; whoever keeps a Diff keeps that text.
struct Diff {
  std::vector<FileChange> files;
  int files_unread = 0;  // beyond DiffLimits::files; their lines count as the last file's
  int lines_added() const;
  int lines_removed() const;
};

struct DiffLimits {
  std::size_t bytes = 16u << 20;       // text beyond this is only counted
  std::size_t line_bytes = 64u << 10;  // longer lines are cut
  int files = 100'000;
};

// Reads git's unified diff, with or without context, extended headers, quoted names, any encoding.
// Text before the first file is passed over. An `invalid` error says the line that cannot be; a
// text that was cut off leaves its last file truncated.
Result<Diff> parse_diff(std::string_view text, const DiffLimits& limits = {});

// The canonical form that is hashed: files by path, changed lines only.
std::string canonical_text(const Diff& diff);

}  // namespace sextant::git
