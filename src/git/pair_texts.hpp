// The output of one `git diff-tree --stdin`, cut into the diffs of its pairs. A diff beyond the
// limits is counted while it streams past.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "git/diff.hpp"
#include "git/subprocess.hpp"

namespace sextant::git {

class PairTexts {
 public:
  // Git echoes a line that names no object, and flushes: so this one, fed after each pair, says
  // that the pair's diff is whole. No line of a diff begins like it.
  static constexpr std::string_view end_line = "end-of-diff\n";

  PairTexts(Subprocess& child, const DiffLimits& limits);

  // The next pair's diff, and the commit that git says it is of (none where git knows no such
  // commit). Views hold until the next call. Nothing when the child ended before the diff was
  // whole.
  Result<std::optional<Result<Diff>>> next(std::optional<std::string_view>& commit);

 private:
  struct End {
    std::size_t text = 0;  // where the end line begins
    std::size_t next = 0;  // where what comes after it begins
  };
  static std::optional<End> find_end(std::string_view text, std::size_t from);
  Result<bool> read_block(std::string& into, std::size_t most);
  void drop_consumed();
  Result<std::optional<Result<Diff>>> next_beyond_limits();

  Subprocess& child_;
  DiffLimits limits_;
  std::string buffer_;
  std::size_t consumed_ = 0;  // of the buffer, by the pairs before
  std::string rest_;          // what follows in place of the buffer
};

}  // namespace sextant::git
