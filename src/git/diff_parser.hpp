// Reads a unified diff in pieces: each piece is whole lines, so that a diff too large to keep can
// still be counted to its end.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "git/diff.hpp"

namespace sextant::git {

class DiffParser {
 public:
  explicit DiffParser(const DiffLimits& limits) : limits_(limits) {}

  // The pieces that lie within limits.bytes must stay where they are as long as the Diff is used.
  Result<void> read(std::string_view piece);
  // What is read from here on is only counted, and its pieces may go at once.
  void stop_keeping() { limits_.bytes = 0; }
  Result<Diff> finish();

 private:
  Result<void> read_hunk_line(std::string_view line);
  Result<void> read_header_line(std::string_view line);
  Result<void> read_extended_header(std::string_view line);
  Result<void> begin_file(std::string_view names);
  Result<void> begin_plain_file(std::string_view new_name);
  Result<void> begin_hunk(std::string_view line);
  Result<void> end_file();
  void add_line(bool removed, std::string_view text);
  void end_group();
  Result<std::string> read_name(std::string_view text, std::size_t prefix) const;
  std::unexpected<Error> wrong(std::string_view what) const;

  DiffLimits limits_;
  Diff diff_;
  FileChange file_;
  std::int64_t line_number_ = 0;
  std::size_t bytes_ = 0;  // of text before the current line
  bool in_file_ = false;
  bool in_header_ = false;      // of a file begun by "diff --git", before its first hunk
  std::size_t prefix_ = 2;      // of names: "a/", "b/"; what git was told to write instead; none
  std::string plain_old_name_;  // after a "--- " outside a git header
  std::int64_t old_left_ = 0;   // lines of the hunk still to come
  std::int64_t new_left_ = 0;
  bool hunk_changes_ = false;  // has a removed or added line so far
  std::int64_t next_old_ = 0;  // the number of the next line in each file
  std::int64_t next_new_ = 0;
  std::optional<Hunk> group_;  // neighbouring changed lines so far
  bool group_removes_ = false;
  bool group_adds_ = false;
  std::int64_t group_old_ = 0;
  std::int64_t group_new_ = 0;
};

// A name as git writes it in headers: plain, or in quotes with C's escapes. Nothing where the
// quotes are wrong.
std::optional<std::string> unquote(std::string_view text);

}  // namespace sextant::git
