// What lies where in somebody's repository, read as plain files: git itself is never run inside it.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace sextant::git {

struct Layout {
  std::filesystem::path directory;  // the ".git" that all work trees share
  std::filesystem::path objects;
  std::string head;         // the ref that HEAD names; empty where it names a commit
  std::string head_commit;  // the commit that a detached HEAD names
  std::string origin_head;  // "main", where the remote's HEAD is known
  std::map<std::string, std::string> refs;  // branches, here and remote, to full hashes
  std::vector<std::string> shallow;         // commits whose parents were not fetched
  bool is_sha256 = false;
};

// A work tree, a linked one, a submodule's, or a bare repository.
Result<Layout> read_layout(const std::filesystem::path& path);

bool is_hash(std::string_view text);

}  // namespace sextant::git
