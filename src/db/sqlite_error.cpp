#include "db/sqlite_error.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <sqlite3.h>

namespace sextant::db {
namespace {

bool is_disk_full(sqlite3* handle, int code) {
  if ((code & 0xff) == SQLITE_FULL) return true;
  const int system = handle ? sqlite3_system_errno(handle) : 0;
  return (code & 0xff) == SQLITE_IOERR && (system == ENOSPC || system == EDQUOT);
}

bool is_duplicate(int code) {
  return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
         code == SQLITE_CONSTRAINT_ROWID;
}

}  // namespace

Error sqlite_error(sqlite3* handle, int code, std::string_view file) {
  const std::string said = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  const int system = handle ? sqlite3_system_errno(handle) : 0;
  const std::string cause = system ? fmt::format("{} ({})", said, std::strerror(system)) : said;

  if (is_disk_full(handle, code))
    return {ErrorKind::unavailable,
            fmt::format(
                "the disk is full: {} cannot grow; reads go on, free some space and writes resume",
                file)};
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return {
          ErrorKind::unavailable,
          fmt::format(
              "the store is busy: another process has been writing to {} for too long; try again",
              file)};
    case SQLITE_IOERR:
      return {ErrorKind::unavailable,
              fmt::format("the disk cannot read or write {}: {}", file, cause)};
    case SQLITE_READONLY:
      return {ErrorKind::unavailable, fmt::format("{} cannot be written: {}", file, cause)};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {ErrorKind::unavailable, fmt::format("{} cannot be opened: {}", file, cause)};
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:
      return {ErrorKind::unavailable, fmt::format("the store {}: {}", file, said)};
    case SQLITE_NOTADB:
      return {ErrorKind::invalid,
              fmt::format(
                  "{} is no store of this program (not an SQLite database); move it away, or name "
                  "another data directory",
                  file)};
    case SQLITE_CORRUPT:
      return {ErrorKind::internal,
              fmt::format("the store {} is damaged: {}; stop what uses it and restore a backup",
                          file, said)};
    case SQLITE_CONSTRAINT:
      return {is_duplicate(code) ? ErrorKind::conflict : ErrorKind::internal, said};
    default:
      return {ErrorKind::internal, said};
  }
}

}  // namespace sextant::db
