// .gitattributes as they stood at each commit, for the few attributes that matter to scoring.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "git/diff_reader.hpp"
#include "git/repository.hpp"

namespace sextant::git {

// The rules of the .gitattributes files of one tree. Later rules and deeper files win, as in git.
class Attributes {
 public:
  // `folder` is where the file lies ("" for the top, "docs/" below).
  void add_file(std::string_view folder, std::string_view content);

  // Set (true), unset (false: "-name" or "name=false"), or not said.
  std::optional<bool> flag(std::string_view path, std::string_view attribute) const;
  bool empty() const { return rules_.empty(); }

 private:
  struct Rule {
    std::string folder;
    std::string pattern;    // without a slash: of the file's own name
    std::string attribute;  // linguist-generated, linguist-vendored, linguist-documentation, binary
    std::optional<bool> value;  // nothing: "!name" takes back what earlier rules said
  };
  void add_line(std::string_view folder, std::string_view line);

  std::vector<Rule> rules_;  // the last that matches wins
};

// The attributes in force at each of the pairs' commits (first-parent order, oldest first). Commits
// between two changes of the files share one object.
Result<std::vector<std::shared_ptr<const Attributes>>> read_attributes(
    const Repository& repository, std::span<const CommitPair> pairs);

}  // namespace sextant::git
