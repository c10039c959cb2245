// All commits behind a branch's head: who wrote each, and which of them each merge brought in.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "git/repository.hpp"

namespace sextant::forge::local {

struct Signature {
  std::string name;
  std::string email;
  auto operator<=>(const Signature&) const = default;
};

// Seconds as git gives them, kept within what a calendar can show.
Instant to_instant(std::string_view seconds);

class CommitGraph {
 public:
  CommitGraph() = default;
  CommitGraph(CommitGraph&&) = default;  // not to be copied: it points into itself
  CommitGraph& operator=(CommitGraph&&) = default;
  static Result<CommitGraph> read(const git::Repository& repository, const std::string& head);

  // What one commit of the chain brought in besides itself.
  struct Branch {
    const Signature* author = nullptr;  // of its first commit that a person wrote; null: none
    Instant opened_at;                  // the earliest author date; meaningless without an author
  };
  // For each commit of the first-parent chain (oldest first) the branch that it merged.
  std::vector<Branch> find_branches(std::span<const std::string> chain) const;

  // Whether each of the chain's commits is `commit` or an ancestor of it; empty where the graph
  // does not know the commit.
  std::vector<bool> reached_from(std::string_view commit, std::span<const std::string> chain) const;

 private:
  struct Node {
    std::vector<std::uint32_t> parents;
    std::uint32_t author = 0;
    Instant authored_at;
    bool is_read = false;  // else only named as a parent, as in a shallow clone
  };
  std::uint32_t number_of(std::string_view hash);
  void add(std::string_view line);
  Branch walk(std::uint32_t tip, std::vector<bool>& seen) const;

  std::unordered_map<std::string, std::uint32_t> numbers_;  // by hash
  std::vector<Node> nodes_;
  std::map<Signature, std::uint32_t> author_numbers_;
  std::vector<const Signature*> authors_;
};

// "GitHub <noreply@github.com>" signs what its web page commits, and is nobody.
bool is_nobody(const Signature& signature);

}  // namespace sextant::forge::local
