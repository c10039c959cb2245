// Real repositories for tests, made in temporary folders with fixed authors and dates, so that
// hashes are the same in every run. What goes wrong is thrown: a test cannot go on without its
// repository.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "git/subprocess.hpp"

namespace sextant::testing {

// A folder that is gone when the test ends.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "sextant-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct Commit {
  std::string message = "Change something";
  std::map<std::string, std::string> files = {};  // path to content
  std::vector<std::string> removed = {};
  std::string author = "Ada Lovelace <ada@example.com>";
  std::string committer = "";  // empty: the author
};

struct PullRequest {
  std::int64_t number = 0;
  std::string title = "Add a feature";
  std::string description = "";
  std::vector<Commit> commits = {};
  std::string branch = "ada/feature";  // "owner/branch"
  std::string merger = "Grace Hopper <grace@example.com>";
};

class GitRepository {
 public:
  explicit GitRepository(const std::vector<std::string>& init_options = {}) {
    std::vector<std::string> arguments = {"init", "--quiet", "--initial-branch=main"};
    arguments.insert(arguments.end(), init_options.begin(), init_options.end());
    git(arguments);
  }

  const std::filesystem::path& path() const { return folder_.path(); }
  std::string head() { return git({"rev-parse", "HEAD"}); }

  // Every commit is an hour later than the one before.
  void set_time(Instant at) { now_ = at; }
  Instant time() const { return now_; }

  void write(const std::string& name, std::string_view content) {
    const std::filesystem::path file = path() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
  }

  // Gives the commit's hash. A commit without files is empty.
  std::string commit(const Commit& commit) {
    for (const auto& [name, content] : commit.files) write(name, content);
    for (const std::string& name : commit.removed) std::filesystem::remove(path() / name);
    git({"add", "--all"});
    sign_as(commit.author, commit.committer.empty() ? commit.author : commit.committer);
    git({"commit", "--quiet", "--allow-empty", "--allow-empty-message", "--cleanup=verbatim",
         "--file=-"},
        commit.message);
    return head();
  }

  // As GitHub's merge button does it: the commits on a branch of their own, then a merge commit.
  std::string merge_pull_request(const PullRequest& pull_request) {
    const std::string main = git({"symbolic-ref", "--short", "HEAD"});
    const std::string branch = "pull/" + std::to_string(pull_request.number);
    git({"checkout", "--quiet", "-b", branch});
    for (const Commit& one : pull_request.commits) commit(one);
    git({"checkout", "--quiet", main});
    std::string body = "\n\n" + pull_request.title;
    if (!pull_request.description.empty()) body += "\n\n" + pull_request.description;
    return merge(branch,
                 "Merge pull request #" + std::to_string(pull_request.number) + " from " +
                     pull_request.branch + body,
                 pull_request.merger);
  }

  std::string merge(const std::string& branch, const std::string& message,
                    const std::string& merger = "Grace Hopper <grace@example.com>") {
    sign_as(merger, merger);
    git({"merge", "--quiet", "--no-ff", "--no-edit", "--cleanup=verbatim", "-m", message, branch});
    return head();
  }

  // One commit whose title ends in the number, as GitHub's squash button makes it.
  std::string squash_pull_request(std::int64_t number, Commit change) {
    const std::size_t end = std::min(change.message.find('\n'), change.message.size());
    change.message.insert(end, " (#" + std::to_string(number) + ")");
    change.committer = "GitHub <noreply@github.com>";
    return commit(change);
  }

  // Standard output of `git ARGUMENTS` run in the repository, without line ends at its end.
  std::string git(const std::vector<std::string>& arguments, std::string_view input = {}) {
    git::Subprocess::Command command{.arguments = {"git", "-C", path().string()},
                                     .environment = environment()};
    command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
    auto child = git::Subprocess::start(std::move(command));
    if (!child) throw std::runtime_error(child.error().message);
    child->feed(input);
    child->end_input();
    std::string output;
    std::vector<char> block(64 << 10);
    for (auto got = child->read(block); got && *got > 0; got = child->read(block))
      output.append(block.data(), *got);
    const auto exit = child->finish();
    if (!exit.is_success())
      throw std::runtime_error("git " + arguments.front() + ": " + exit.reason() + output);
    while (output.ends_with('\n')) output.pop_back();
    return output;
  }

 private:
  void sign_as(const std::string& author, const std::string& committer) {
    author_ = author;
    committer_ = committer;
    now_ += std::chrono::hours(1);
  }

  std::vector<std::string> environment() const {
    const std::string date = std::to_string(unix_ms(now_) / 1000) + " +0000";
    const auto part = [](const std::string& person, bool email) {
      const std::size_t open = person.rfind('<');
      return email ? person.substr(open + 1, person.size() - open - 2)
                   : person.substr(0, open == 0 ? 0 : open - 1);
    };
    const char* path = std::getenv("PATH");
    return {std::string("PATH=") + (path ? path : "/usr/bin:/bin"),
            "LC_ALL=C",
            "GIT_CONFIG_NOSYSTEM=1",
            "GIT_CONFIG_GLOBAL=/dev/null",
            "GIT_ALLOW_PROTOCOL=file",
            "GIT_AUTHOR_NAME=" + part(author_, false),
            "GIT_AUTHOR_EMAIL=" + part(author_, true),
            "GIT_AUTHOR_DATE=" + date,
            "GIT_COMMITTER_NAME=" + part(committer_, false),
            "GIT_COMMITTER_EMAIL=" + part(committer_, true),
            "GIT_COMMITTER_DATE=" + date};
  }

  TemporaryFolder folder_;
  Instant now_ = from_unix_ms(1'704'067'200'000);  // 2024-01-01
  std::string author_ = "Ada Lovelace <ada@example.com>";
  std::string committer_ = author_;
};

}  // namespace sextant::testing
