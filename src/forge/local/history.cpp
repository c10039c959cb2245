#include "forge/local/history.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/text.hpp"
#include "forge/local/commit_graph.hpp"
#include "forge/local/merge_styles.hpp"
#include "forge/people.hpp"

namespace sextant::forge::local {
namespace {

// A commit of the first-parent chain, and what its message says.
struct ChainCommit {
  std::string hash;
  std::string parent;
  Signature author;
  Instant authored_at;
  Instant committed_at;
  ParsedMessage message;
  bool is_merge = false;
};

// "HASH\nPARENTS\nNAME\nADDRESS\nAUTHORED\nCOMMITTED\nMESSAGE"; git allows no line end in a name.
std::optional<ChainCommit> read_commit(std::string_view record,
                                       std::unordered_set<std::int64_t>& numbers) {
  const auto take = [&] {
    const std::size_t end = record.find('\n');
    const std::string_view line = record.substr(0, end);
    record.remove_prefix(end == std::string_view::npos ? record.size() : end + 1);
    return line;
  };
  ChainCommit commit;
  commit.hash = take();
  if (commit.hash.empty()) return std::nullopt;
  const std::string_view parents = take();
  commit.parent = parents.substr(0, parents.find(' '));
  commit.is_merge = parents.contains(' ');
  commit.author.name = valid_utf8(take());
  commit.author.email = valid_utf8(take());
  commit.authored_at = to_instant(take());
  commit.committed_at = to_instant(take());
  commit.message = parse_message(record);
  if (commit.message.number && !numbers.insert(*commit.message.number).second)
    commit.message = parse_direct_message(record);
  return commit;
}

// Oldest first, so that the oldest commit keeps a number that two of them name.
Result<std::vector<ChainCommit>> read_chain(const git::Repository& repository,
                                            const std::string& head) {
  std::vector<ChainCommit> chain;
  std::unordered_set<std::int64_t> numbers;
  TRY(repository.each_line(
      {"log", "-z", "--first-parent", "--reverse", "--encoding=UTF-8", "--no-color",
       "--no-decorate", "--no-show-signature", "--format=%H%n%P%n%an%n%ae%n%at%n%ct%n%B", head,
       "--"},
      [&](std::string_view record) {
        if (auto commit = read_commit(record, numbers)) chain.push_back(*std::move(commit));
      },
      '\0'));
  return chain;
}

Author to_author(const Signature& signature) {
  if (is_nobody(signature)) return {};
  Author author{.name = signature.name, .email = signature.email, .login = {}, .is_bot = false};
  author.login = login_from_email(author.email);
  author.is_bot = is_bot(author.name, author.email, author.login);
  return author;
}

Merge to_merge(ChainCommit& commit, const CommitGraph::Branch& branch) {
  Merge merge;
  merge.number = commit.message.number;
  merge.source_type = merge.number ? SourceType::pull_request : SourceType::commit;
  merge.title = std::move(commit.message.title);
  merge.description = std::move(commit.message.description);
  merge.reverts = std::move(commit.message.reverts);
  // Who merged is not who wrote.
  const bool has_branch = merge.number && branch.author != nullptr;
  merge.author = to_author(has_branch ? *branch.author : commit.author);
  merge.opened_at = has_branch ? branch.opened_at : commit.authored_at;
  merge.merged_at = commit.committed_at;
  merge.commit = std::move(commit.hash);
  merge.parent = std::move(commit.parent);
  return merge;
}

// A revert names a commit; where that is a pull request of this history its number says more.
// Hashes may be shortened.
void name_reverted_pull_requests(std::span<Merge> merges) {
  std::vector<const Merge*> by_commit;
  for (const Merge& merge : merges) by_commit.push_back(&merge);
  std::ranges::sort(by_commit, {}, &Merge::commit);
  for (Merge& merge : merges) {
    const bool is_number = parse_integer(merge.reverts).has_value() && merge.reverts.size() <= 15;
    if (merge.reverts.empty() || (is_number && merge.reverts.size() < 7)) continue;
    const auto found = std::ranges::lower_bound(by_commit, merge.reverts, {}, &Merge::commit);
    if (found == by_commit.end() || !(*found)->commit.starts_with(merge.reverts)) continue;
    const Merge& reverted = **found;
    merge.reverts = reverted.number ? std::to_string(*reverted.number) : reverted.commit;
  }
}

Mailmap read_mailmap(const git::Repository& repository, const std::string& head) {
  const auto content = repository.run({"cat-file", "blob", head + ":.mailmap"});
  return content ? Mailmap(*content) : Mailmap();
}

}  // namespace

Result<History> read_history(const git::Repository& repository, const HistoryOptions& options) {
  History history;
  history.branch = options.branch.empty() ? repository.default_branch() : options.branch;
  history.head = TRY(repository.head_of(history.branch));
  if (history.head.empty()) return history;
  history.mailmap = read_mailmap(repository, history.head);
  if (history.head == options.known_head) return history;

  Result<CommitGraph> graph = fail(ErrorKind::internal, "the graph was not read");
  std::jthread graph_reader([&] { graph = CommitGraph::read(repository, history.head); });
  auto read = read_chain(repository, history.head);
  graph_reader.join();
  if (!graph) return std::unexpected(graph.error());
  std::vector<ChainCommit> chain = TRY(std::move(read));

  std::vector<std::string> hashes;
  hashes.reserve(chain.size());
  for (const ChainCommit& commit : chain) hashes.push_back(commit.hash);
  const std::vector<CommitGraph::Branch> branches = graph->find_branches(hashes);
  std::vector<bool> is_known(chain.size());
  if (!options.known_head.empty()) {
    const std::vector<bool> reached = graph->reached_from(options.known_head, hashes);
    history.was_rewritten = reached.empty();
    if (!reached.empty()) is_known = reached;
  }

  history.merges.reserve(chain.size());
  for (std::size_t at = 0; at < chain.size(); ++at)
    history.merges.push_back(to_merge(chain[at], branches[at]));
  name_reverted_pull_requests(history.merges);

  const std::unordered_set<std::string> cut_off(repository.shallow_commits().begin(),
                                                repository.shallow_commits().end());
  std::size_t kept = 0;
  for (std::size_t at = 0; at < history.merges.size(); ++at) {
    Merge& merge = history.merges[at];
    const bool is_early = options.since && merge.merged_at < *options.since;
    if (is_known[at] || is_early || cut_off.contains(merge.commit)) continue;
    if (kept != at) history.merges[kept] = std::move(merge);
    ++kept;
  }
  history.merges.resize(kept);
  return history;
}

}  // namespace sextant::forge::local
