// What a file is for, told from its path, the attributes in force and the lines that changed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/attributes.hpp"
#include "git/diff.hpp"
#include "scoring/score.hpp"

namespace sextant::scoring {

enum class PathKind { source, test, agent_instructions, config, ci, deploy, migration, excluded };

struct FileKind {
  PathKind kind = PathKind::source;
  ExclusionReason reason = ExclusionReason::generated;  // why, where it is excluded
};

// The kind by the path alone. The path is lowered by the caller once.
FileKind kind_of_path(std::string_view lower_path);

// Command and agent files are behaviour only with valid YAML front matter. Nothing where the
// changed lines do not reach the top of the file, for then they cannot say.
std::optional<bool> has_front_matter(const git::FileChange& file);

// The kind with everything that may overrule the path: settings' globs, then .gitattributes, then
// content.
FileKind kind_of_file(const git::FileChange& file, const git::Attributes* attributes,
                      const std::vector<std::string>& ignore);

// The folder a file belongs to as a part of the system: at most its first three folders.
std::string_view subsystem_of(std::string_view path);

std::string lower_ascii(std::string_view text);

}  // namespace sextant::scoring
