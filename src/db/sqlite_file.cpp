#include "db/sqlite_file.hpp"

#include <system_error>

#include <fmt/format.h>
#include <sqlite3.h>

#include "db/files.hpp"
#include "db/sqlite_error.hpp"

namespace sextant::db {
namespace {

constexpr int patience_ms = 10'000;

struct Finish {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

// As SQLite's file names that are URLs need it.
std::string percent_encoded(const std::string& path) {
  std::string out;
  for (const char c : path)
    if (c == '%' || c == '?' || c == '#')
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else
      out += c;
  return out;
}

// Without a log beside it the file is all there is, and can be read where nothing can be written.
std::string name_of(const std::filesystem::path& file, SqliteFile::Access access) {
  const bool is_single = access == SqliteFile::Access::as_it_lies &&
                         !is_there(beside(file, "-wal")) && !is_there(beside(file, "-journal"));
  return fmt::format("file:{}?mode={}", percent_encoded(std::filesystem::absolute(file).string()),
                     access != SqliteFile::Access::as_it_lies ? "rw"
                     : is_single                              ? "ro&immutable=1"
                                                              : "ro");
}

}  // namespace

std::filesystem::path beside(const std::filesystem::path& file, const char* ending) {
  return file.string() + ending;
}

void remove_sqlite_file(const std::filesystem::path& file) {
  std::error_code ignored;
  for (const char* ending : sqlite_endings) std::filesystem::remove(beside(file, ending), ignored);
}

void SqliteFile::Close::operator()(sqlite3* handle) const {
  sqlite3_close(handle);
}

std::unexpected<Error> SqliteFile::failure(int code) const {
  return std::unexpected(sqlite_error(handle_.get(), code, file_));
}

Result<SqliteFile> SqliteFile::open(const std::filesystem::path& file, Access access) {
  SqliteFile opened(file);
  const int how = access == Access::as_it_lies ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(name_of(file, access).c_str(), &handle,
                      how | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  opened.handle_.reset(handle);
  if (code != SQLITE_OK) return opened.failure(code);
  if (access == Access::alone) {
    TRY(opened.ask("PRAGMA locking_mode=EXCLUSIVE"));
  } else {
    sqlite3_busy_timeout(handle, patience_ms);
    TRY(opened.ask("PRAGMA query_only=ON"));
  }
  return opened;
}

Result<std::string> SqliteFile::ask(const std::string& sql) {
  sqlite3_stmt* prepared = nullptr;
  if (const int code = sqlite3_prepare_v2(handle_.get(), sql.c_str(), -1, &prepared, nullptr);
      code != SQLITE_OK)
    return failure(code);
  const std::unique_ptr<sqlite3_stmt, Finish> statement(prepared);
  std::string answer;
  int code = sqlite3_step(prepared);
  if (code == SQLITE_ROW && sqlite3_column_text(prepared, 0))
    answer = reinterpret_cast<const char*>(sqlite3_column_text(prepared, 0));
  while (code == SQLITE_ROW) code = sqlite3_step(prepared);
  if (code != SQLITE_DONE) return failure(code);
  return answer;
}

Result<void> SqliteFile::check() {
  const std::string found = TRY(ask("PRAGMA quick_check(1)"));
  if (found != "ok")
    return fail(ErrorKind::internal, fmt::format("{} is damaged: {}", file_, found));
  return {};
}

Result<void> SqliteFile::copy_to(SqliteFile& other) {
  // Nobody reads the copy before it is whole and on the disk, so neither a journal nor waiting for
  // the disk would save anything.
  TRY(other.ask("PRAGMA journal_mode=OFF"));
  TRY(other.ask("PRAGMA synchronous=OFF"));
  sqlite3_backup* copy = sqlite3_backup_init(other.handle_.get(), "main", handle_.get(), "main");
  if (!copy) return other.failure(sqlite3_extended_errcode(other.handle_.get()));
  // In one step: in several, every write to the store would begin it anew.
  const int stepped = sqlite3_backup_step(copy, -1);
  const int finished = sqlite3_backup_finish(copy);
  if (stepped == SQLITE_DONE && finished == SQLITE_OK) return {};
  // The error is the copy's, unless it is about reading what is copied.
  const int code = finished != SQLITE_OK ? finished : stepped;
  if ((code & 0xff) == SQLITE_FULL)
    return fail(ErrorKind::unavailable,
                fmt::format("the disk is full: there is no room for {}", other.file_));
  const bool is_theirs = (code & 0xff) == SQLITE_NOTADB || (code & 0xff) == SQLITE_CORRUPT ||
                         code == SQLITE_IOERR_READ || (code & 0xff) == SQLITE_BUSY;
  return is_theirs ? failure(code) : other.failure(code);
}

Result<void> SqliteFile::fold() {
  const auto mode = ask("PRAGMA journal_mode=DELETE");
  if (mode && *mode == "delete") return {};
  if (mode || (sqlite3_errcode(handle_.get()) & 0xff) == SQLITE_BUSY)
    return fail(ErrorKind::unavailable,
                fmt::format("another program has {} open; stop it first", file_));
  return std::unexpected(mode.error());
}

}  // namespace sextant::db
