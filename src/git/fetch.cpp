// Cloning a URL, and bringing the clone up to date: the one place where git talks to others.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "git/address.hpp"
#include "git/command.hpp"
#include "git/repository.hpp"

namespace sextant::git {
namespace {

namespace fs = std::filesystem;

Result<std::string> ask(const fs::path& directory, const std::vector<std::string>& arguments) {
  return output_of(fetching_command(directory, arguments));
}

// Git writes one line many times over, with '\r' between; each is passed on once it is whole.
std::function<void(std::string_view)> line_by_line(
    const std::function<void(std::string_view)>& progress) {
  if (!progress) return {};
  return [&progress, begun = std::string()](std::string_view text) mutable {
    for (const char c : text) {
      if (c != '\r' && c != '\n') {
        begun += c;
      } else if (!begun.empty()) {
        progress(trim(begun));
        begun.clear();
      }
    }
  };
}

// The branch that the remote's HEAD names: "ref: refs/heads/main\tHEAD", or, from servers that do
// not say, one at the same commit.
std::string remote_head(std::string_view listing) {
  constexpr std::string_view folder = "refs/heads/";
  std::string_view head_commit;
  std::string_view same_commit;
  for (const std::string_view line : split(listing, '\n')) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) continue;
    const std::string_view left = line.substr(0, tab);
    const std::string_view name = line.substr(tab + 1);
    if (name == "HEAD" && left.starts_with("ref: refs/heads/"))
      return std::string(left.substr(std::string_view("ref: refs/heads/").size()));
    if (name == "HEAD") head_commit = left;
    if (!name.starts_with(folder) || left != head_commit) continue;
    const bool is_usual = name.ends_with("/main") || name.ends_with("/master");
    if (same_commit.empty() || is_usual) same_commit = name.substr(folder.size());
  }
  return std::string(same_commit);
}

bool has_sha256(std::string_view listing) {
  return std::ranges::any_of(split(listing, '\n'),
                             [](std::string_view line) { return line.find('\t') == 64; });
}

}  // namespace

Result<Repository> Repository::fetch(const std::string& url, const fs::path& target,
                                     const fs::path& scratch,
                                     const std::function<void(std::string_view)>& progress) {
  TRY(check_address(url));
  const std::string address = without_credentials(url);
  std::error_code error;
  const fs::path directory = fs::absolute(target, error);
  fs::create_directories(directory, error);
  if (error)
    return fail(ErrorKind::unavailable,
                fmt::format("{} cannot be made: {}", target.string(), error.message()));

  const auto listing = ask(directory, {"ls-remote", "--symref", "--", url, "HEAD", "refs/heads/*"});
  if (!listing) return context("fetch " + address, listing.error());
  if (!fs::exists(directory / "HEAD", error)) {
    const auto made =
        ask(directory, {"init", "--quiet", "--bare", "--template=",
                        has_sha256(*listing) ? "--object-format=sha256" : "--object-format=sha1"});
    if (!made) return context("fetch " + address, made.error());
  }

  auto command = fetching_command(
      directory, {"fetch", "--prune", "--no-tags", "--progress", "--no-write-fetch-head", "--", url,
                  "+refs/heads/*:refs/heads/*"});
  command.on_error_output = line_by_line(progress);
  if (const auto fetched = output_of(std::move(command)); !fetched)
    return context("fetch " + address, fetched.error());
  if (const std::string head = remote_head(*listing); !head.empty())
    TRY(ask(directory, {"symbolic-ref", "HEAD", "refs/heads/" + head}));
  TRY(ask(directory, {"config", "remote.origin.url", address}));
  return open(directory, scratch);
}

}  // namespace sextant::git
