#include "git/repository.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "git/address.hpp"
#include "git/command.hpp"
#include "git/layout.hpp"

namespace sextant::git {
namespace {

namespace fs = std::filesystem;

// Whole or not at all: another process may be reading the same directory.
Result<void> write_file(const fs::path& path, std::string_view content) {
  const fs::path draft = fmt::format("{}.{}", path.string(), ::getpid());
  std::error_code error;
  std::ofstream file(draft, std::ios::binary | std::ios::trunc);
  file << content;
  file.close();
  if (file) fs::rename(draft, path, error);
  if (file && !error) return {};
  return fail(ErrorKind::unavailable, fmt::format("{} cannot be written: {}", path.string(),
                                                  error ? error.message() : std::strerror(errno)));
}

// A name as C writes it, so that no character of a path is read as a line of its own.
std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ')
      out += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out + "\"\n";
}

Result<fs::path> make_reading_directory(const Layout& layout, const fs::path& scratch) {
  const std::string name = to_hex(sha256(layout.directory.string())).substr(0, 16);
  std::error_code error;
  fs::path directory = fs::absolute(scratch / (name + ".git"), error);
  fs::create_directories(directory / "objects/info", error);
  if (!error) fs::create_directories(directory / "refs", error);
  if (error)
    return fail(ErrorKind::unavailable,
                fmt::format("{} cannot be made: {}", directory.string(), error.message()));

  std::string refs;
  for (const auto& [ref, commit] : layout.refs) refs += fmt::format("{} {}\n", commit, ref);
  std::string head = "ref: refs/heads/main\n";
  if (!layout.head.empty()) head = "ref: " + layout.head + "\n";
  if (!layout.head_commit.empty()) head = layout.head_commit + "\n";
  std::string config = "[core]\n\trepositoryformatversion = 1\n\tbare = true\n";
  if (layout.is_sha256) config += "[extensions]\n\tobjectFormat = sha256\n";

  TRY(write_file(directory / "objects/info/alternates", in_quotes(layout.objects.string())));
  TRY(write_file(directory / "packed-refs", refs));
  TRY(write_file(directory / "config", config));
  TRY(write_file(directory / "HEAD", head));
  if (layout.shallow.empty()) {
    fs::remove(directory / "shallow", error);
  } else {
    std::string shallow;
    for (const std::string& commit : layout.shallow) shallow += commit + "\n";
    TRY(write_file(directory / "shallow", shallow));
  }
  return directory;
}

std::string choose_default_branch(const Layout& layout) {
  if (!layout.origin_head.empty()) return layout.origin_head;
  constexpr std::string_view folder = "refs/heads/";
  if (layout.head.starts_with(folder)) return layout.head.substr(folder.size());
  for (const char* usual : {"main", "master"})
    if (layout.refs.contains(std::string(folder) + usual)) return usual;
  return "HEAD";
}

// Git reads the file as a list of words here, not as its configuration.
std::string read_origin_url(const Layout& layout, const fs::path& directory) {
  std::error_code error;
  const fs::path config = layout.directory / "config";
  if (!fs::is_regular_file(config, error)) return {};
  const auto url = output_of(reading_command(
      directory, {"config", "--file", config, "--no-includes", "--get", "remote.origin.url"}));
  return url ? without_credentials(trim(*url)) : std::string();
}

}  // namespace

Result<Repository> Repository::open(const fs::path& path, const fs::path& scratch) {
  const Layout layout = TRY(read_layout(path));
  Repository repository;
  repository.path_ = path;
  repository.directory_ = TRY(make_reading_directory(layout, scratch));
  repository.remote_url_ = read_origin_url(layout, repository.directory_);
  repository.default_branch_ = choose_default_branch(layout);
  repository.refs_ = layout.refs;
  if (!layout.head_commit.empty()) repository.refs_.emplace("HEAD", layout.head_commit);
  repository.shallow_commits_ = layout.shallow;
  return repository;
}

Result<std::string> Repository::run(const std::vector<std::string>& arguments) const {
  return output_of(reading_command(directory_, arguments));
}

Result<void> Repository::each_line(const std::vector<std::string>& arguments,
                                   const std::function<void(std::string_view)>& sink,
                                   char line_end) const {
  Subprocess child = TRY(Subprocess::start(reading_command(directory_, arguments)));
  child.end_input();
  std::vector<char> block(256 << 10);
  std::string begun;  // a line whose end has not come yet
  while (true) {
    const std::size_t got = TRY(child.read(block));
    if (got == 0) break;
    std::string_view text(block.data(), got);
    for (std::size_t end; (end = text.find(line_end)) != std::string_view::npos;
         text.remove_prefix(end + 1)) {
      const std::string_view line = text.substr(0, end);
      sink(begun.empty() ? line : std::string_view(begun += line));
      begun.clear();
    }
    begun += text;
  }
  if (!begun.empty()) sink(begun);
  const Subprocess::Exit exit = child.finish();
  if (!exit.is_success()) return fail(ErrorKind::unavailable, "git: " + exit.reason());
  return {};
}

Result<std::string> Repository::head_of(const std::string& branch) const {
  const auto find = [&](const std::string& name) {
    const auto ref = refs_.find(name);
    return ref == refs_.end() ? std::string() : ref->second;
  };
  const std::string here = find(branch == "HEAD" ? branch : "refs/heads/" + branch);
  const std::string remote = find("refs/remotes/origin/" + branch);
  if (here.empty() && remote.empty()) {
    const std::string elsewhere = find("refs/remotes/" + branch);
    if (!elsewhere.empty() || branch == default_branch_) return elsewhere;
    return fail(ErrorKind::not_found, fmt::format("{} has no branch '{}'", path_.string(), branch));
  }
  if (here.empty() || remote.empty()) return here.empty() ? remote : here;
  if (here == remote || run({"merge-base", "--is-ancestor", remote, here})) return here;
  return remote;
}

}  // namespace sextant::git
