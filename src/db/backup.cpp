#include "db/backup.hpp"

#include <cstdio>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "db/files.hpp"
#include "db/sqlite_file.hpp"

namespace sextant::db {
namespace {

namespace fs = std::filesystem;

// Where the copy goes, with links followed: the file behind one is replaced, not the link.
Result<fs::path> check_target(const fs::path& store, const fs::path& file, Overwrite overwrite) {
  std::error_code error;
  const fs::path whole = fs::absolute(file, error);
  const fs::path target = error ? fs::path() : fs::weakly_canonical(whole, error);
  if (error)
    return fail(ErrorKind::invalid,
                fmt::format("\"{}\" is no name of a file: {}", file.string(), error.message()));
  const auto status = fs::status(target, error);
  if (fs::is_directory(status))
    return fail(ErrorKind::invalid,
                fmt::format("{} is a directory; name a file in it", file.string()));
  if (fs::equivalent(target, store, error))
    return fail(ErrorKind::invalid,
                fmt::format("{} is the store itself; name another file", file.string()));
  if (fs::exists(status) && !fs::is_regular_file(status))
    return fail(ErrorKind::invalid, fmt::format("{} is no regular file", file.string()));
  if (fs::exists(status) && overwrite == Overwrite::no)
    return fail(ErrorKind::conflict,
                fmt::format("{} is there already; --force replaces it", file.string()));
  if (!fs::is_directory(target.parent_path(), error))
    return fail(ErrorKind::invalid,
                fmt::format("there is no directory {}", target.parent_path().string()));
  return target;
}

Result<void> copy_store(const fs::path& store, const fs::path& part) {
  SqliteFile from = TRY(SqliteFile::open(store, SqliteFile::Access::shared));
  SqliteFile to = TRY(SqliteFile::open(part, SqliteFile::Access::alone));
  return from.copy_to(to);
}

Result<void> finish_copy(const fs::path& part) {
  {
    SqliteFile copy = TRY(SqliteFile::open(part, SqliteFile::Access::alone));
    TRY(copy.fold());
    TRY(copy.check());
  }
  return sync(part);
}

Result<void> rename_for_good(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return file_failure("rename", from);
  return sync(to.parent_path());
}

}  // namespace

Result<Backup> back_up(const fs::path& store, const fs::path& file, Overwrite overwrite) {
  if (!is_there(store))
    return fail(ErrorKind::not_found, fmt::format("there is no store {}", store.string()));
  const fs::path target = TRY(check_target(store, file, overwrite));
  const fs::path part = beside(target, ".part");
  const auto lock = TRY(FileLock::take(part, FileLock::Kind::exclusive));
  if (!lock)
    return fail(ErrorKind::conflict,
                fmt::format("another backup to {} is under way", target.string()));
  // What one that was cut off has left.
  std::error_code error;
  fs::resize_file(part, 0, error);
  if (error)
    return fail(ErrorKind::unavailable, fmt::format("{}: {}", part.string(), error.message()));

  auto done = copy_store(store, part);
  if (done) done = finish_copy(part);
  if (done) done = rename_for_good(part, target);
  if (!done) {
    remove_sqlite_file(part);
    return std::unexpected(done.error());
  }
  return Backup{.file = target, .bytes = fs::file_size(target, error)};
}

}  // namespace sextant::db
