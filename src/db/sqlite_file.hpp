// An SQLite file as a whole: to be checked, copied, or made into a single file without a log.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hpp"

struct sqlite3;

namespace sextant::db {

// What lies under the name of an SQLite file: itself, and while it is in use its log.
inline constexpr const char* sqlite_endings[] = {"", "-wal", "-shm", "-journal"};
std::filesystem::path beside(const std::filesystem::path& file, const char* ending);
void remove_sqlite_file(const std::filesystem::path& file);

class SqliteFile {
 public:
  enum class Access {
    as_it_lies,  // nothing is written, neither into the file nor beside it
    shared,      // beside whoever else has it open; nothing is written into the store
    alone,       // fails while anybody else has it open
  };

  // The file must be there. What is no SQLite file shows with the first question.
  static Result<SqliteFile> open(const std::filesystem::path& file, Access access);

  // The first value of the first row as text, empty for none.
  Result<std::string> ask(const std::string& sql);
  // Fails with what the first fault is. Reads every page.
  Result<void> check();
  // Everything, as it stands at one moment, into `other`, which must be open alone. Its writers go
  // on meanwhile.
  Result<void> copy_to(SqliteFile& other);
  // Carries the log over and ends it: the file is all there is then. Needs it alone.
  Result<void> fold();

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };

  explicit SqliteFile(const std::filesystem::path& file) : file_(file.string()) {}
  std::unexpected<Error> failure(int code) const;

  std::string file_;
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace sextant::db
