// A change as text for a reader with limited room: the changed lines of the files that count, each
// with its number, and nothing that names a person, a repository or a title.
#pragma once

#include <string>
#include <vector>

#include "git/diff.hpp"
#include "scoring/scorer.hpp"
#include "scoring/shown_lines.hpp"

namespace sextant::scoring {

struct ChangeExcerpt {
  std::string text;        // UTF-8
  int files = 0;           // that somebody wrote
  int files_left_out = 0;  // vendored, generated and the like
  int files_cut = 0;       // of which not every changed line is in the text
  int lines_cut = 0;
  ShownLines shown;  // what of it the text shows, if only in part
};

// The rule of the cut: where the whole is longer than `bytes`, every file gets the same share of
// them, and what small files leave is shared out among the larger ones; a file begins at its first
// changed line. With more files than can get a useful share, those with the most changed lines are
// shown. A line is cut at 1,000 bytes. Each cut is said in the text. `ignore` are the globs of
// paths that do not count.
ChangeExcerpt make_excerpt(const ChangeInputs& change, const std::vector<std::string>& ignore,
                           std::size_t bytes);

}  // namespace sextant::scoring
