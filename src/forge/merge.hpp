// What every forge and every history gives in the same words: work that reached a branch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"

namespace sextant::forge {

enum class SourceType { pull_request, commit };  // "pr" and "commit" in the API

// Whoever wrote it, as git or the forge names them, before any mailmap. An e-mail address or a
// login identifies them; without any of the three nobody is known.
struct Author {
  std::string name;
  std::string email;  // as written; empty where a forge hides it
  std::string login;  // the forge's account, also from a noreply address; empty where unknown
  bool is_bot = false;
};

// A merged pull request, or a commit made directly on the branch.
struct Merge {
  SourceType source_type = SourceType::pull_request;
  std::optional<std::int64_t> number;  // of a pull request
  std::string commit;                  // full hash of the merge, squash or direct commit
  std::string parent;  // its first parent: what the diff is against; empty for a root
  std::string title;
  std::string description;
  Author author;
  Instant opened_at;  // from history: the first commit's author date
  Instant merged_at;
  std::string reverts;  // reference (number or full hash) of what it takes back; else empty
};

}  // namespace sextant::forge
