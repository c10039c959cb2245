#include "leads/keyword_frequencies.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace sextant::leads {
namespace {

// Words of most texts about software, and of every line of an archive. In byte order.
constexpr std::string_view common_words[] = {
    "about",   "action",   "actor",    "add",        "after",     "all",      "also",
    "and",     "any",      "api",      "app",        "are",       "assignee", "author",
    "avatar",  "avatars",  "because",  "been",       "body",      "branch",   "browser",
    "bug",     "but",      "can",      "change",     "changes",   "check",    "code",
    "com",     "comment",  "comments", "commit",     "commits",   "could",    "created",
    "data",    "default",  "does",     "edited",     "error",     "event",    "events",
    "example", "expected", "false",    "feature",    "file",      "files",    "first",
    "fix",     "for",      "forks",    "from",       "function",  "get",      "git",
    "github",  "gravatar", "had",      "has",        "have",      "head",     "how",
    "html",    "https",    "install",  "into",       "issue",     "issues",   "its",
    "just",    "key",      "labels",   "language",   "latest",    "like",     "line",
    "link",    "list",     "locked",   "log",        "login",     "looking",  "main",
    "make",    "master",   "merge",    "message",    "milestone", "more",     "name",
    "need",    "new",      "node",     "none",       "not",       "null",     "number",
    "one",     "only",     "open",     "opened",     "org",       "other",    "our",
    "output",  "package",  "path",     "payload",    "please",    "private",  "problem",
    "project", "public",   "pull",     "push",       "reactions", "read",     "reason",
    "release", "repo",     "repos",    "repository", "request",   "run",      "same",
    "see",     "set",      "sha",      "should",     "some",      "src",      "state",
    "steps",   "support",  "test",     "tests",      "text",      "than",     "that",
    "the",     "them",     "then",     "there",      "these",     "they",     "this",
    "time",    "title",    "true",     "try",        "type",      "updated",  "url",
    "use",     "used",     "user",     "users",      "using",     "value",    "version",
    "want",    "was",      "way",      "what",       "when",      "where",    "which",
    "will",    "with",     "work",     "would",      "you",       "your",
};
static_assert(std::ranges::is_sorted(common_words));

// By the length in bytes, from 1 on.
constexpr double by_length[] = {2, 0.6, 0.2, 0.08, 0.04, 0.025, 0.016, 0.01};

using Node = Keyword::Node;
using Frequency = std::function<double(const Node& phrase)>;

struct Cover {
  double frequency = 0;
  std::vector<const Node*> phrases;
};

// Nothing where the node can hold without any phrase.
std::optional<Cover> cover(const Node& node, const Frequency& frequency) {
  if (node.kind == Node::Kind::phrase) return Cover{frequency(node), {&node}};
  if (node.kind != Node::Kind::all && node.kind != Node::Kind::any) return std::nullopt;

  std::optional<Cover> best;
  for (const Node& part : node.parts) {
    auto of_part = cover(part, frequency);
    if (node.kind == Node::Kind::all) {
      if (of_part && (!best || of_part->frequency < best->frequency)) best = std::move(of_part);
      continue;
    }
    if (!of_part) return std::nullopt;
    if (!best) best = Cover{};
    best->frequency += of_part->frequency;
    best->phrases.insert(best->phrases.end(), of_part->phrases.begin(), of_part->phrases.end());
  }
  return best;
}

}  // namespace

void WordFrequencies::add_phrase(const std::vector<std::string_view>& words) {
  ++phrases_;
  for (const std::string_view word : words) {
    const auto known = counts_.find(word);
    if (known == counts_.end())
      counts_.emplace(word, 1);
    else
      ++known->second;
  }
}

double WordFrequencies::of(std::string_view word) const {
  const std::size_t length = std::clamp<std::size_t>(word.size(), 1, std::size(by_length));
  const double guess = by_length[length - 1];
  const auto known = counts_.find(word);
  const double share = known == counts_.end() ? 0 : static_cast<double>(known->second) / phrases_;
  return guess * (std::ranges::binary_search(common_words, word) ? 20 : 1) + share;
}

std::vector<const Node*> needed_phrases(const Node& root, const Frequency& frequency) {
  auto best = cover(root, frequency);
  return best ? std::move(best->phrases) : std::vector<const Node*>{};
}

}  // namespace sextant::leads
