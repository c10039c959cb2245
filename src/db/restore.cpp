#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "db/backup.hpp"
#include "db/files.hpp"
#include "db/sqlite_file.hpp"

namespace sextant::db {
namespace {

namespace fs = std::filesystem;

Result<void> check_source(const fs::path& store, const fs::path& file) {
  std::error_code error;
  const auto status = fs::status(file, error);
  if (!fs::exists(status))
    return fail(ErrorKind::not_found, fmt::format("there is no file {}", file.string()));
  if (fs::is_directory(status))
    return fail(ErrorKind::invalid,
                fmt::format("{} is a directory; name the backup's file", file.string()));
  if (!fs::is_regular_file(status))
    return fail(ErrorKind::invalid, fmt::format("{} is no regular file", file.string()));
  if (fs::equivalent(file, store, error))
    return fail(ErrorKind::invalid,
                fmt::format("{} is the store itself; name a backup of it", file.string()));
  return {};
}

// What is wrong with the file itself, rather than with reading it.
std::unexpected<Error> no_backup(const fs::path& file, const Error& error) {
  if (error.kind == ErrorKind::unavailable) return std::unexpected(error);
  return fail(ErrorKind::invalid,
              fmt::format("{} is no backup of a store, or it is cut or damaged: {}", file.string(),
                          error.message));
}

Result<void> copy_backup(const fs::path& file, const fs::path& copy) {
  SqliteFile from = TRY(SqliteFile::open(file, SqliteFile::Access::as_it_lies));
  const auto found = from.ask("SELECT 1 FROM sqlite_master WHERE name = 'schema_versions'");
  if (!found) return no_backup(file, found.error());
  if (found->empty())
    return fail(
        ErrorKind::invalid,
        fmt::format("{} is no backup of a store: it is an SQLite database of something else",
                    file.string()));
  // SQLite takes a last page that is not all there for one that ends in zeros.
  std::error_code error;
  const std::uintmax_t bytes = fs::file_size(file, error);
  if (error || bytes % std::stoull(TRY(from.ask("PRAGMA page_size"))) != 0)
    return no_backup(file, {ErrorKind::invalid, "its last page is not whole"});
  SqliteFile to = TRY(SqliteFile::open(copy, SqliteFile::Access::alone));
  if (const auto copied = from.copy_to(to); !copied) return no_backup(file, copied.error());
  if (const auto checked = to.check(); !checked) return no_backup(file, checked.error());
  return {};
}

Result<void> prepare_copy(const fs::path& copy,
                          const std::function<Result<void>(Database&)>& prepare) {
  {
    const auto database = TRY(open_sqlite(copy, {}));
    TRY(migrate(*database));
    TRY(prepare(*database));
  }
  {
    SqliteFile whole = TRY(SqliteFile::open(copy, SqliteFile::Access::alone));
    TRY(whole.fold());
  }
  TRY(give_to_owner_of_directory(copy));
  return sync(copy);
}

Result<void> make_empty_file(const fs::path& file) {
  remove_sqlite_file(file);
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return file_failure("make", file);
  ::close(descriptor);
  return {};
}

// Carries the log of the store over, so that its one file is all of it. False when it is too
// damaged for that.
Result<bool> fold_store(const fs::path& store) {
  {
    // Looked at without touching it: what can be saved of a damaged store may lie in its log.
    SqliteFile file = TRY(SqliteFile::open(store, SqliteFile::Access::as_it_lies));
    const auto looked = file.ask("SELECT COUNT(*) FROM sqlite_master");
    if (!looked && looked.error().kind != ErrorKind::unavailable) return false;
  }
  SqliteFile file = TRY(SqliteFile::open(store, SqliteFile::Access::alone));
  TRY(file.fold());
  return true;
}

// A second name for the store; it stands under the first one until that is given to another.
Result<fs::path> keep(const fs::path& store, Instant now) {
  std::string time = to_iso(now);
  std::erase(time, ':');
  const fs::path kept = beside(store, (".before-restore-" + time).c_str());
  for (const char* ending : sqlite_endings) {
    if (::link(beside(store, ending).c_str(), beside(kept, ending).c_str()) != 0 && errno != ENOENT)
      return file_failure("keep", beside(store, ending));
  }
  TRY(sync(store.parent_path()));
  return kept;
}

// A log that belongs to another store would be carried over into this one.
Result<void> remove_log(const fs::path& store) {
  for (const char* ending : sqlite_endings)
    if (*ending != '\0' && ::unlink(beside(store, ending).c_str()) != 0 && errno != ENOENT)
      return file_failure("remove", beside(store, ending));
  return sync(store.parent_path());
}

}  // namespace

Result<Restored> restore(const fs::path& store, const fs::path& file, Instant now,
                         const std::function<Result<void>(Database&)>& prepare) {
  TRY(check_source(store, file));
  const fs::path copy = beside(store, ".restoring");
  TRY(make_empty_file(copy));
  const auto put_in_place = [&]() -> Result<Restored> {
    TRY(copy_backup(file, copy));
    if (const auto prepared = prepare_copy(copy, prepare); !prepared)
      return context(file.string(), prepared.error());
    Restored restored;
    if (is_there(store)) {
      restored.was_damaged = !TRY(fold_store(store));
      restored.kept = TRY(keep(store, now));
    }
    TRY(remove_log(store));
    if (::rename(copy.c_str(), store.c_str()) != 0) return file_failure("rename", copy);
    TRY(sync(store.parent_path()));
    return restored;
  };
  auto restored = put_in_place();
  if (!restored) remove_sqlite_file(copy);
  return restored;
}

}  // namespace sextant::db
