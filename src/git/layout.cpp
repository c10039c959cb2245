#include "git/layout.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/text.hpp"

namespace sextant::git {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t ref_bytes = 4096;
constexpr std::size_t packed_refs_bytes = 256u << 20;

// A regular file's content; nothing for a pipe, a device, or a file larger than it can rightly be.
std::optional<std::string> read_file(const fs::path& path, std::size_t limit) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return std::nullopt;
  struct stat status{};
  std::string content;
  bool is_whole = false;
  if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
      static_cast<std::size_t>(status.st_size) <= limit) {
    content.resize(static_cast<std::size_t>(status.st_size));
    is_whole = ::pread(fd, content.data(), content.size(), 0) == status.st_size;
  }
  ::close(fd);
  if (!is_whole) return std::nullopt;
  return content;
}

bool is_git_directory(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path / "objects", error) && fs::exists(path / "HEAD", error);
}

// "gitdir: PATH" in a work tree that is linked or a submodule, "PATH" in a file called commondir.
std::optional<fs::path> read_link(const fs::path& file, std::string_view prefix) {
  const auto content = read_file(file, ref_bytes);
  if (!content || !content->starts_with(prefix)) return std::nullopt;
  const std::string_view target = trim(std::string_view(*content).substr(prefix.size()));
  return file.parent_path() / fs::path(target);
}

std::optional<fs::path> find_git_directory(const fs::path& path) {
  if (is_git_directory(path / ".git")) return path / ".git";
  if (auto linked = read_link(path / ".git", "gitdir:")) {
    std::error_code error;
    if (fs::exists(*linked / "HEAD", error)) return linked;
  }
  if (is_git_directory(path)) return path;
  return std::nullopt;
}

// As git allows them, so that a name can go into a file of refs of ours.
bool is_ref_name(std::string_view name) {
  const auto is_refused = [](unsigned char c) {
    return c <= ' ' || c == 0x7F || std::string_view("~^:?*[\\").contains(static_cast<char>(c));
  };
  return name.starts_with("refs/") && std::ranges::none_of(name, is_refused) &&
         !name.contains("..") && !name.contains("//") && !name.contains("@{") &&
         !name.contains("/.") && !name.ends_with('/') && !name.ends_with('.') &&
         !name.ends_with(".lock");
}

bool is_branch(std::string_view name) {
  return name.starts_with("refs/heads/") || name.starts_with("refs/remotes/");
}

void read_packed_refs(const fs::path& directory, Layout& layout) {
  const auto content = read_file(directory / "packed-refs", packed_refs_bytes);
  if (!content) return;
  for (const std::string_view line : split(*content, '\n')) {
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos || !is_hash(line.substr(0, blank))) continue;
    const std::string_view name = trim(line.substr(blank + 1));
    if (is_branch(name) && is_ref_name(name)) layout.refs.emplace(name, line.substr(0, blank));
  }
}

void read_loose_refs(const fs::path& directory, std::string_view folder, Layout& layout) {
  std::error_code error;
  fs::recursive_directory_iterator entries(directory / folder,
                                           fs::directory_options::skip_permission_denied, error);
  for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
    std::error_code ignored;
    if (!entries->is_regular_file(ignored)) continue;
    const std::string name = fs::path(entries->path()).lexically_relative(directory).string();
    const auto content = read_file(entries->path(), ref_bytes);
    if (!content || !is_ref_name(name)) continue;
    const std::string_view target = trim(*content);
    if (is_hash(target)) layout.refs.emplace(name, target);
  }
}

void read_heads(const fs::path& work_tree_directory, Layout& layout) {
  constexpr std::string_view prefix = "ref:";
  const std::string head = read_file(work_tree_directory / "HEAD", ref_bytes).value_or("");
  if (head.starts_with(prefix)) {
    const std::string_view name = trim(std::string_view(head).substr(prefix.size()));
    if (is_ref_name(name)) layout.head = name;
  } else if (is_hash(trim(head))) {
    layout.head_commit = trim(head);
  }
  constexpr std::string_view remote_prefix = "ref: refs/remotes/origin/";
  const std::string origin =
      read_file(layout.directory / "refs/remotes/origin/HEAD", ref_bytes).value_or("");
  if (origin.starts_with(remote_prefix))
    layout.origin_head = trim(std::string_view(origin).substr(remote_prefix.size()));
}

}  // namespace

bool is_hash(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Result<Layout> read_layout(const fs::path& path) {
  std::error_code error;
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorKind::invalid, path.string() + std::string(why));
  };
  if (!fs::exists(path, error)) return refuse(": there is no such folder");
  const auto found = find_git_directory(path);
  if (!found)
    return refuse(
        " is no git repository; give the top folder of a work tree, or a bare repository");

  Layout layout;
  layout.directory = read_link(*found / "commondir", "").value_or(*found);
  layout.directory = fs::canonical(layout.directory, error);
  if (!error) layout.objects = fs::canonical(layout.directory / "objects", error);
  if (error) return refuse(": its git directory cannot be read: " + error.message());
  if (fs::exists(layout.directory / "reftable", error))
    return refuse(
        " keeps its refs as a reftable, which is not read yet; `git refs migrate "
        "--ref-format=files` makes them files");
  if (::access(layout.objects.c_str(), R_OK | X_OK) != 0)
    return refuse(": its objects cannot be read: permission denied");

  // In git's order: a ref that is being packed just now is in one of the two at least.
  read_loose_refs(layout.directory, "refs/heads", layout);
  read_loose_refs(layout.directory, "refs/remotes", layout);
  read_packed_refs(layout.directory, layout);
  read_heads(*found, layout);
  const std::string shallow =
      read_file(layout.directory / "shallow", packed_refs_bytes).value_or("");
  for (const std::string_view line : split(shallow, '\n'))
    if (is_hash(trim(line))) layout.shallow.emplace_back(trim(line));
  layout.is_sha256 = layout.head_commit.size() == 64 ||
                     (!layout.refs.empty() && layout.refs.begin()->second.size() == 64);
  return layout;
}

}  // namespace sextant::git
