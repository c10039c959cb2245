// What had happened to each file of a branch before each of its commits: one pass over the names
// that its first-parent history touched. Never who.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "git/repository.hpp"

namespace sextant::git {

class FileLog {
 public:
  // Decides what a commit's title says.
  using TitleTest = std::function<bool(std::string_view title)>;

  struct Past {
    int changes = 0;
    int marked = 0;    // of the changes, those whose title passed the test
    int age_days = 0;  // since its first change
  };

  // Reads what is reachable from `head` by first parents; merges count as what they brought to the
  // branch. A file that moved as it is takes its past along; one that changed as well begins anew
  // under its new name. 4 bytes for each file of each commit.
  static Result<FileLog> read(const Repository& repository, const std::string& head,
                              const TitleTest& marks);

  // Nothing where the commit is not on the branch.
  bool holds(std::string_view commit) const { return find(commit).has_value(); }
  // What had happened to the file before the commit. Zeros for a file without a past, and for a
  // commit that is not on the branch.
  Past before(std::string_view commit, std::string_view path) const;

  std::size_t commits() const { return times_.size(); }

 private:
  // A commit's place in the history and whether its title passed the test, in one number.
  using Touch = std::uint32_t;
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  template <typename Value>
  using ByText = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

  bool begin_commit(std::string_view header, const TitleTest& marks);
  // old_path: empty but where the file moved
  void touch(std::string_view path, std::string_view old_path);
  std::optional<std::uint32_t> find(std::string_view commit) const;

  std::vector<std::int64_t> times_;  // in seconds; oldest commit first
  ByText<std::uint32_t> positions_;
  ByText<std::vector<Touch>> touches_;  // by path, oldest first
  bool is_marked_ = false;              // the commit being read
};

}  // namespace sextant::git
