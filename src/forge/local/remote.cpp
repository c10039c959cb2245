// What a repository is called and where its page is, guessed from the address of its remote.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "forge/local/history.hpp"

namespace sextant::forge::local {
namespace {

namespace fs = std::filesystem;

struct Address {
  std::string host;  // folded, without user and port
  std::string name;  // "owner/name", "group/sub/name"
};

std::string_view without_git_suffix(std::string_view name) {
  while (name.ends_with('/')) name.remove_suffix(1);
  if (name.ends_with(".git")) name.remove_suffix(4);
  return name;
}

// A URL, or the short form of ssh: "git@host:owner/name". Nothing for a folder.
std::optional<Address> parse_address(std::string_view url) {
  std::string_view host;
  std::string_view path;
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    const std::string_view rest = url.substr(scheme + 3);
    const std::size_t slash = rest.find('/');
    if (url.starts_with("file:") || slash == std::string_view::npos) return std::nullopt;
    host = rest.substr(0, slash);
    path = rest.substr(slash + 1);
  } else {
    const std::size_t colon = url.find(':');
    if (colon == std::string_view::npos || url.substr(0, colon).contains('/')) return std::nullopt;
    host = url.substr(0, colon);
    path = url.substr(colon + 1);
  }
  host = host.substr(host.rfind('@') + 1);
  host = host.substr(0, host.find(':'));
  while (path.starts_with('/') || path.starts_with('~')) path.remove_prefix(1);
  path = without_git_suffix(path);
  if (host.empty() || path.empty()) return std::nullopt;
  return Address{fold(host), std::string(path)};
}

std::string folder_name(const git::Repository& repository) {
  std::error_code error;
  const bool is_work_tree = fs::exists(repository.path() / ".git", error);
  // A bare clone of a folder lies where we put it; the folder's own name says more.
  fs::path folder = is_work_tree || repository.remote_url().empty()
                        ? fs::weakly_canonical(repository.path(), error)
                        : fs::path(without_git_suffix(repository.remote_url()));
  if (folder.filename() == ".git") folder = folder.parent_path();
  const std::string name = valid_utf8(without_git_suffix(folder.filename().string()));
  return name.empty() ? "repository" : name;
}

}  // namespace

std::string guess_repository_name(const git::Repository& repository) {
  const auto address = parse_address(repository.remote_url());
  if (!address) return "local/" + folder_name(repository);
  const std::string name = valid_utf8(address->name);
  return name.contains('/') ? name : address->host + "/" + name;
}

std::string guess_web_url(const git::Repository& repository) {
  const auto address = parse_address(repository.remote_url());
  if (!address) return {};
  std::string_view host = address->host;
  for (const std::string_view door : {"ssh.", "altssh.", "www."})
    if (host.starts_with(door)) host.remove_prefix(door.size());
  constexpr auto known = std::to_array<std::string_view>(
      {"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"});
  const bool is_forge = std::ranges::find(known, host) != known.end() ||
                        host.starts_with("github.") || host.starts_with("gitlab.");
  return is_forge ? fmt::format("https://{}/{}", host, valid_utf8(address->name)) : std::string();
}

}  // namespace sextant::forge::local
