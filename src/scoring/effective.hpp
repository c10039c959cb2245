// Which changed lines count. Left out are files that nobody wrote or that run nowhere, blank lines,
// comments, lines that only changed their white space or wrapping, and lines that only moved.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scoring/lexer.hpp"
#include "scoring/path_kind.hpp"
#include "scoring/scorer.hpp"

namespace sextant::scoring {

enum class LineFate : std::uint8_t { counts, blank, comment, whitespace, moved };

struct ChangedLine {
  LineFacts facts;
  int number = 0;               // in the new file; in the old one where it was removed
  std::uint32_t names_end = 0;  // of the names of all lines, while they are being read
  bool is_added = true;
  bool is_test = false;  // of a test file or of a test within the program's text
  LineFate fate = LineFate::counts;
};

struct ChangedHunk {
  std::uint32_t file = 0;   // into EffectiveChange::files
  std::uint32_t index = 0;  // among the file's hunks
  std::uint32_t first = 0;  // its lines: removed, then added
  std::uint32_t last = 0;   // behind its last line
};

struct EffectiveFile {
  const git::FileChange* file = nullptr;
  FileKind kind;
  const Language* language = nullptr;
  bool is_relaid = false;  // most of its changed lines only changed their layout
  int unread_added = 0;    // lines that count but were not looked at: the change passed a limit
  int unread_removed = 0;
  int effective_lines = 0;
  int lines_outside_tests = 0;  // of these
};

struct EffectiveChange {
  std::vector<EffectiveFile> files;  // by path; excluded ones too
  std::vector<ChangedHunk> hunks;    // of the files that count
  std::vector<ChangedLine> lines;
  std::vector<Exclusion> exclusions;  // the largest first
  int documentation_lines = 0;        // added to plain documentation
  std::string texts_said;             // what whole texts were asked, and what they said
  int effective_lines = 0;            // added and removed
  int effective_files = 0;
};

// The settings' globs of paths that do not count, and those of the guidelines.
std::vector<std::string> ignored_paths(const ScoringSettings& settings, const ChangeInputs& change);

// Linear in the text. At most 100,000 lines are read; a change beyond that is as large as scores
// go.
EffectiveChange read_effective(const ChangeInputs& change, const std::vector<std::string>& ignore);

}  // namespace sextant::scoring
