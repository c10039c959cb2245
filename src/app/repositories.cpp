#include "app/repositories.hpp"

#include <unistd.h>

#include "app/progress.hpp"
#include "git/address.hpp"

#include <fmt/format.h>

namespace sextant::app {
namespace {

namespace fs = std::filesystem;

fs::path clone_of(const Store& store, const std::string& url) {
  return store.clones() / (to_hex(sha256(git::without_credentials(url))).substr(0, 16) + ".git");
}

}  // namespace

bool is_url(const std::string& place) {
  // As git reads it: a scheme, or host:path with no slash before the colon; a folder that exists is
  // a folder.
  if (fs::exists(place)) return false;
  const auto colon = place.find(':');
  return place.contains("://") || (colon != place.npos && place.find('/') > colon);
}

// Git's percent lines redraw one line on a terminal; elsewhere only what is finished is said.
void show_git_progress(std::string_view line) {
  const bool is_percent = line.contains('%');
  const bool is_finished = line.ends_with("done.");
  if (::isatty(STDERR_FILENO) != 0)
    fmt::print(stderr, "\r\033[K{}{}", line, is_percent && !is_finished ? "" : "\n");
  else if (!is_percent || is_finished)
    fmt::print(stderr, "{}\n", line);
}

Result<git::Repository> open_repository(const Store& store, const std::string& place, bool refresh,
                                        const std::function<void(std::string_view)>& progress) {
  if (!is_url(place)) return git::Repository::open(place, store.scratch());
  const fs::path clone = clone_of(store, place);
  if (!refresh && fs::exists(clone)) return git::Repository::open(clone, store.scratch());
  return git::Repository::fetch(place, clone, store.scratch(), progress);
}

Result<velocity::TrackedRepository> find_repository(db::Connection& db, std::int64_t organization,
                                                    const std::string& name) {
  auto found = TRY(velocity::RepositoryStore(db).find(organization, name));
  if (found) return *std::move(found);
  return fail(ErrorKind::not_found,
              fmt::format("no repository is called {}; `sextant repo list` shows them", name));
}

std::string stored_place(const std::string& place) {
  if (is_url(place)) return git::without_credentials(place);
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(place, error);
  return error ? place : whole.string();
}

}  // namespace sextant::app
