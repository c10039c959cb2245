// The .gitattributes files of every commit, from three runs of git in all: the files at the start,
// their changes along the first-parent chain, and their contents.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/text.hpp"
#include "git/attributes.hpp"
#include "git/command.hpp"
#include "git/diff_parser.hpp"
#include "git/layout.hpp"
#include "git/subprocess.hpp"

namespace sextant::git {
namespace {

// Beyond these a repository is not read further: its author may have had something else in mind.
constexpr std::size_t file_bytes = 256 << 10;
constexpr std::size_t files_at_once = 256;
constexpr std::size_t states_at_most = 1000;

constexpr std::string_view file_name = ".gitattributes";

using Files = std::map<std::string, std::string>;     // folder to blob
using Contents = std::map<std::string, std::string>;  // blob to text
using Shared = std::shared_ptr<const Attributes>;

// "docs/" of "docs/.gitattributes".
std::optional<std::string> folder_of(std::string_view quoted_path) {
  std::optional<std::string> path = unquote(quoted_path);
  if (!path || !path->ends_with(file_name)) return std::nullopt;
  path->resize(path->size() - file_name.size());
  if (!path->empty() && !path->ends_with('/')) return std::nullopt;
  return path;
}

void put(Files& files, const std::string& folder, std::string_view mode, std::string_view blob) {
  files.erase(folder);
  // Git follows no symlink of this name.
  if (mode.starts_with("100") && files.size() < files_at_once) files.emplace(folder, blob);
}

// "MODE blob HASH\tPATH" for each file of a tree.
Result<Files> read_files(const Repository& repository, const std::string& commit) {
  Files files;
  if (commit.empty()) return files;
  TRY(repository.each_line({"ls-tree", "-r", "--full-tree", commit}, [&](std::string_view line) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) return;
    const auto folder = folder_of(line.substr(tab + 1));
    const std::vector<std::string_view> words = split(line.substr(0, tab), ' ');
    if (folder && words.size() == 3) put(files, *folder, words[0], words[2]);
  }));
  return files;
}

struct Change {
  std::string folder;
  std::string mode;  // "000000": it is gone
  std::string blob;
};
using Changes = std::unordered_map<std::string, std::vector<Change>>;  // by commit

// "HASH", a blank line, and ":OLDMODE NEWMODE OLDBLOB NEWBLOB STATUS\tPATH" for each file.
Result<Changes> read_changes(const Repository& repository, const std::vector<std::string>& range) {
  std::vector<std::string> arguments = {
      "log",           "--first-parent",      "-m",           "--root",
      "--raw",         "--no-abbrev",         "--no-renames", "--no-color",
      "--no-decorate", "--no-show-signature", "--format=%H"};
  arguments.insert(arguments.end(), range.begin(), range.end());
  arguments.insert(arguments.end(), {"--", fmt::format(":(glob)**/{}", file_name)});
  Changes changes;
  std::string commit;
  TRY(repository.each_line(arguments, [&](std::string_view line) {
    if (is_hash(line)) commit = line;
    const std::size_t tab = line.find('\t');
    if (!line.starts_with(':') || tab == std::string_view::npos) return;
    const auto folder = folder_of(line.substr(tab + 1));
    const std::vector<std::string_view> words = split(line.substr(1, tab - 1), ' ');
    if (folder && words.size() == 5)
      changes[commit].push_back({*folder, std::string(words[1]), std::string(words[3])});
  }));
  return changes;
}

// Takes "HASH blob SIZE\nCONTENT\n" off the front; false while it is not whole.
bool take_blob(std::string& output, Contents& contents) {
  const std::size_t head = output.find('\n');
  if (head == std::string::npos) return false;
  const std::vector<std::string_view> words = split(std::string_view(output).substr(0, head), ' ');
  const auto size = words.size() == 3 ? parse_integer(words[2]) : std::nullopt;
  if (!size || *size < 0) {  // "HASH missing"
    output.erase(0, head + 1);
    return true;
  }
  const std::size_t bytes = static_cast<std::size_t>(*size);
  if (output.size() < head + 1 + bytes + 1) return false;
  if (words[1] == "blob" && bytes <= file_bytes)
    contents.emplace(words[0], output.substr(head + 1, bytes));
  output.erase(0, head + 1 + bytes + 1);
  return true;
}

// Only those of a size that a list of rules can have; a missing one counts as empty.
Result<Contents> read_contents(const Repository& repository, const std::set<std::string>& blobs) {
  Contents contents;
  if (blobs.empty()) return contents;
  const auto ask = [&](const char* mode, const auto& hashes, const auto& take) -> Result<void> {
    Subprocess child =
        TRY(Subprocess::start(reading_command(repository.directory(), {"cat-file", mode})));
    for (const std::string& blob : hashes) child.feed(blob + "\n");
    child.end_input();
    std::string output;
    std::vector<char> block(64 << 10);
    while (true) {
      const std::size_t got = TRY(child.read(block));
      if (got == 0) break;
      output.append(block.data(), got);
      while (take(output)) {
      }
    }
    const Subprocess::Exit exit = child.finish();
    if (!exit.is_success()) return fail(ErrorKind::unavailable, "git: " + exit.reason());
    return {};
  };

  std::vector<std::string> readable;
  TRY(ask("--batch-check", blobs, [&](std::string& output) {
    const std::size_t end = output.find('\n');
    if (end == std::string::npos) return false;
    const std::vector<std::string_view> words = split(std::string_view(output).substr(0, end), ' ');
    const auto size = words.size() == 3 ? parse_integer(words[2]) : std::nullopt;
    if (size && *size <= static_cast<std::int64_t>(file_bytes)) readable.emplace_back(words[0]);
    output.erase(0, end + 1);
    return true;
  }));
  TRY(ask("--batch", readable, [&](std::string& output) { return take_blob(output, contents); }));
  return contents;
}

Shared make_attributes(const Files& files, const Contents& contents) {
  auto attributes = std::make_shared<Attributes>();
  for (const auto& [folder, blob] : files)
    if (const auto content = contents.find(blob); content != contents.end())
      attributes->add_file(folder, content->second);
  return attributes;
}

}  // namespace

Result<std::vector<Shared>> read_attributes(const Repository& repository,
                                            std::span<const CommitPair> pairs) {
  std::vector<Shared> states;
  if (pairs.empty()) return states;
  const std::string& base = pairs.front().parent;
  std::vector<std::string> range = {pairs.back().commit};
  if (!base.empty()) range.push_back("^" + base);

  Files files = TRY(read_files(repository, base));
  const Changes changes = TRY(read_changes(repository, range));
  std::set<std::string> blobs;
  for (const auto& [folder, blob] : files) blobs.insert(blob);
  for (const auto& [commit, changed] : changes)
    for (const Change& change : changed)
      if (change.mode.starts_with("100")) blobs.insert(change.blob);
  const Contents contents = TRY(read_contents(repository, blobs));

  Shared current = make_attributes(files, contents);
  if (changes.empty()) {
    states.assign(pairs.size(), current);
    return states;
  }
  std::unordered_map<std::string, Shared> by_commit;
  std::size_t made = 0;
  std::vector<std::string> walk = {"rev-list", "--first-parent", "--reverse"};
  walk.insert(walk.end(), range.begin(), range.end());
  walk.push_back("--");
  TRY(repository.each_line(walk, [&](std::string_view commit) {
    if (const auto changed = changes.find(std::string(commit));
        changed != changes.end() && made++ < states_at_most) {
      for (const Change& change : changed->second)
        put(files, change.folder, change.mode, change.blob);
      current = make_attributes(files, contents);
    }
    by_commit.emplace(commit, current);
  }));
  states.reserve(pairs.size());
  for (const CommitPair& pair : pairs) {
    const auto state = by_commit.find(pair.commit);
    states.push_back(state == by_commit.end() ? current : state->second);
  }
  return states;
}

}  // namespace sextant::git
