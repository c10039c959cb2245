// Merged pull requests and direct commits read from a repository's history, without any forge.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "forge/mailmap.hpp"
#include "forge/merge.hpp"
#include "git/repository.hpp"

namespace sextant::forge::local {

struct HistoryOptions {
  std::string branch = {};            // empty: the default branch
  std::optional<Instant> since = {};  // leave out what was merged before
  std::string known_head = {};        // only what came after it, while the head descends from it
};

struct History {
  std::string branch;
  std::string head;  // full hash; empty for a repository without commits
  Mailmap mailmap;   // the head's .mailmap; the authors of the merges are as written, without it
  bool was_rewritten = false;  // the head descends from known_head no more: everything was read
  // Oldest first. The oldest keeps a number; a later one with the same is a direct commit.
  std::vector<Merge> merges;
};

// Leaves out the commits at which a shallow clone was cut off: what they changed cannot be known.
Result<History> read_history(const git::Repository& repository, const HistoryOptions& options);

// "owner/name" from the remote's URL, else from the folder's name ("local/name").
std::string guess_repository_name(const git::Repository& repository);

// The web page of the repository ("https://github.com/owner/name") where the remote is a known
// forge; else empty.
std::string guess_web_url(const git::Repository& repository);

}  // namespace sextant::forge::local
