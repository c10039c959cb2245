#include "forge/local/commit_graph.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace sextant::forge::local {

Instant to_instant(std::string_view seconds) {
  constexpr std::int64_t last = 253'402'300'799;  // the end of the year 9999
  return from_unix_ms(std::clamp<std::int64_t>(parse_integer(seconds).value_or(0), 0, last) * 1000);
}

bool is_nobody(const Signature& signature) {
  return fold(signature.email) == "noreply@github.com" &&
         (signature.name == "GitHub" || signature.name == "GitHub Web Flow" ||
          signature.name == "web-flow");
}

Result<CommitGraph> CommitGraph::read(const git::Repository& repository, const std::string& head) {
  CommitGraph graph;
  TRY(repository.each_line(
      {"log", "--encoding=UTF-8", "--no-color", "--no-decorate", "--no-show-signature",
       "--format=%H%x00%P%x00%at%x00%ae%x00%an", head, "--"},
      [&](std::string_view line) { graph.add(line); }));
  return graph;
}

std::uint32_t CommitGraph::number_of(std::string_view hash) {
  const auto [entry, is_new] =
      numbers_.try_emplace(std::string(hash), static_cast<std::uint32_t>(nodes_.size()));
  if (is_new) nodes_.emplace_back();
  return entry->second;
}

void CommitGraph::add(std::string_view line) {
  const std::vector<std::string_view> parts = split(line, '\0');
  if (parts.size() < 5) return;
  const std::uint32_t number = number_of(parts[0]);
  std::vector<std::uint32_t> parents;
  if (!parts[1].empty())
    for (const std::string_view parent : split(parts[1], ' ')) parents.push_back(number_of(parent));

  Signature author{valid_utf8(parts[4]), valid_utf8(parts[3])};
  const auto [known, is_new] =
      author_numbers_.try_emplace(std::move(author), static_cast<std::uint32_t>(authors_.size()));
  if (is_new) authors_.push_back(&known->first);

  Node& node = nodes_[number];
  node.parents = std::move(parents);
  node.author = known->second;
  node.authored_at = to_instant(parts[2]);
  node.is_read = true;
}

std::vector<CommitGraph::Branch> CommitGraph::find_branches(
    std::span<const std::string> chain) const {
  std::vector<Branch> branches(chain.size());
  // What an earlier merge brought in, and the chain itself, belongs to no later branch.
  std::vector<bool> seen(nodes_.size());
  for (std::size_t at = 0; at < chain.size(); ++at) {
    const auto entry = numbers_.find(chain[at]);
    if (entry == numbers_.end()) continue;
    seen[entry->second] = true;
    const std::vector<std::uint32_t>& parents = nodes_[entry->second].parents;
    for (std::size_t parent = 1; parent < parents.size(); ++parent) {
      const Branch branch = walk(parents[parent], seen);
      if (branch.author == nullptr) continue;
      Branch& whole = branches[at];
      const bool is_first = whole.author == nullptr;
      if (is_first) whole.author = branch.author;
      whole.opened_at = is_first ? branch.opened_at : std::min(whole.opened_at, branch.opened_at);
    }
  }
  return branches;
}

CommitGraph::Branch CommitGraph::walk(std::uint32_t tip, std::vector<bool>& seen) const {
  Branch branch;
  const auto begins = [&](const Node& node) {
    return branch.author == nullptr || node.authored_at <= branch.opened_at;
  };
  std::vector<std::uint32_t> open;
  const auto visit = [&](std::uint32_t number) {
    if (seen[number] || !nodes_[number].is_read) return;
    seen[number] = true;
    open.push_back(number);
  };
  for (visit(tip); !open.empty();) {
    const Node& node = nodes_[open.back()];
    open.pop_back();
    const Signature& author = *authors_[node.author];
    if (!is_nobody(author) && begins(node)) branch = {&author, node.authored_at};
    std::ranges::for_each(node.parents, visit);
  }
  return branch;
}

std::vector<bool> CommitGraph::reached_from(std::string_view commit,
                                            std::span<const std::string> chain) const {
  const auto start = numbers_.find(std::string(commit));
  if (start == numbers_.end() || !nodes_[start->second].is_read) return {};
  std::vector<bool> seen(nodes_.size());
  std::vector<std::uint32_t> open = {start->second};
  seen[start->second] = true;
  while (!open.empty()) {
    const Node& node = nodes_[open.back()];
    open.pop_back();
    for (const std::uint32_t parent : node.parents) {
      if (!seen[parent]) open.push_back(parent);
      seen[parent] = true;
    }
  }
  std::vector<bool> reached(chain.size());
  for (std::size_t at = 0; at < chain.size(); ++at) {
    const auto entry = numbers_.find(chain[at]);
    reached[at] = entry != numbers_.end() && seen[entry->second];
  }
  return reached;
}

}  // namespace sextant::forge::local
