// A repository on disk, read by git's own program in children that run nothing of the repository's:
// no hooks, no configuration of theirs, no external diffs, no lazy fetch, no prompts.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace sextant::git {

class Repository {
 public:
  // Opens a work tree or a bare repository for reading. `scratch` is where the bare directory of
  // ours lives whose objects/info/alternates points at theirs. A path that is no repository is
  // `invalid`.
  static Result<Repository> open(const std::filesystem::path& path,
                                 const std::filesystem::path& scratch);

  // Clones a URL bare into `target`, or brings an earlier clone up to date. `progress` gets git's
  // own percent lines.
  static Result<Repository> fetch(const std::string& url, const std::filesystem::path& target,
                                  const std::filesystem::path& scratch,
                                  const std::function<void(std::string_view)>& progress = {});

  // Standard output of `git ARGUMENTS`, whole. An error carries git's own words.
  Result<std::string> run(const std::vector<std::string>& arguments) const;

  // The same, line by line as it comes.
  Result<void> each_line(const std::vector<std::string>& arguments,
                         const std::function<void(std::string_view)>& sink,
                         char line_end = '\n') const;

  // What was opened.
  std::filesystem::path path() const { return path_; }
  // The bare directory of ours that it is read through.
  std::filesystem::path directory() const { return directory_; }
  // Origin's address without credentials; may be empty.
  std::string remote_url() const { return remote_url_; }
  // "main": what the remote's HEAD names, else the repository's own; "HEAD" where that names none.
  std::string default_branch() const { return default_branch_; }
  bool is_shallow() const { return !shallow_commits_.empty(); }
  // The commits whose parents a shallow clone left out: what they changed cannot be known.
  const std::vector<std::string>& shallow_commits() const { return shallow_commits_; }

  // The newest commit of a branch, here or on origin: where one has what the other has and more,
  // that one's; where they have parted, origin's. Empty for the default branch of a repository
  // without commits.
  Result<std::string> head_of(const std::string& branch) const;

 private:
  std::filesystem::path path_;
  std::filesystem::path directory_;
  std::string remote_url_;
  std::string default_branch_;
  std::map<std::string, std::string> refs_;  // "refs/heads/main" to its commit
  std::vector<std::string> shallow_commits_;
};

}  // namespace sextant::git
