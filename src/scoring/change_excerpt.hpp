// A change as text for a reader with limited room: the changed lines of the files that count, each
// with its number, and nothing that names a person, a repository or a title.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "git/diff.hpp"
#include "scoring/scorer.hpp"

namespace sextant::scoring {

struct ChangeExcerpt {
  std::string text;        // UTF-8
  int files = 0;           // that somebody wrote
  int files_left_out = 0;  // vendored, generated and the like
  int files_cut = 0;       // of which not every changed line is in the text
  int lines_cut = 0;
};

// The rule of the cut: where the whole is longer than `bytes`, every file gets the same share of
// them, and what small files leave is shared out among the larger ones; a file begins at its first
// changed line. With more files than can get a useful share, those with the most changed lines are
// shown. A line is cut at 1,000 bytes. Each cut is said in the text. `ignore` are the globs of
// paths that do not count.
ChangeExcerpt make_excerpt(const ChangeInputs& change, const std::vector<std::string>& ignore,
                           std::size_t bytes);

// Whether the file changed near these lines: both lie between its first and last changed line, on
// one side of the diff, and some changed line is between them.
class ChangedPlaces {
 public:
  explicit ChangedPlaces(const git::Diff& diff);
  bool has_file(const std::string& path) const { return files_.contains(path); }
  bool has(const Evidence& place) const;

 private:
  struct Span {
    int first = 0;
    int last = 0;
  };
  struct Sides {
    std::vector<Span> removed;
    std::vector<Span> added;
  };
  std::map<std::string, Sides> files_;
};

}  // namespace sextant::scoring
