// The changed lines that a reader of an excerpt was shown: what it may cite.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scoring/score.hpp"

namespace sextant::scoring {

// The name that a path has in an excerpt and in what cites it: one line of UTF-8 of bounded length
// without quotes or backslashes, so that nothing in it has to be escaped, here or in JSON.
std::string shown_name(std::string_view path);

// A file's shown lines, the old file's and the new one's, as runs without a gap.
class ShownFile {
 public:
  explicit ShownFile(std::string path);

  void add(bool is_added, int line);
  const std::string& name() const { return name_; }
  // The shown lines from the first to the last one, without what lies unchanged or unseen between
  // them; nothing where either end was not shown. They are the new file's, else the old one's.
  std::vector<Evidence> between(int first, int last) const;

 private:
  struct Run {
    int first = 0;
    int last = 0;
  };
  std::vector<Evidence> between(const std::vector<Run>& runs, int first, int last) const;

  std::string path_;
  std::string name_;
  std::vector<Run> removed_;
  std::vector<Run> added_;
};

class ShownLines {
 public:
  void add(ShownFile file) { files_.push_back(std::move(file)); }
  bool has_file(std::string_view name) const;
  // What `between` says of the file of this name.
  std::vector<Evidence> find(std::string_view name, int first, int last) const;

 private:
  std::vector<ShownFile> files_;
};

}  // namespace sextant::scoring
