// The store's files as files: what makes a change of them last, whose they are, and the lock that
// says that they are in use.
#pragma once

#include <filesystem>
#include <optional>

#include "base/result.hpp"

namespace sextant::db {

// A lock between processes on a file made for it. It ends with the scope, and with the process
// however that ends.
class FileLock {
 public:
  enum class Kind { shared, exclusive };

  // Never waits: nothing when somebody holds it who excludes this one.
  static Result<std::optional<FileLock>> take(const std::filesystem::path& file, Kind kind);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// The lock of a data directory with an embedded store. Whoever opens the store shares it; whoever
// puts another store in its place, or needs it to stand still, holds it alone.
Result<FileLock> lock_store(const std::filesystem::path& directory, FileLock::Kind kind);

// Whether there is anything of that name, as far as we may look.
bool is_there(const std::filesystem::path& file);

// What was written to the file, or was made, renamed and removed in the directory, outlives a loss
// of power.
Result<void> sync(const std::filesystem::path& file_or_directory);

// What root makes in a directory of somebody else's belongs to them: they could not open it
// otherwise.
Result<void> give_to_owner_of_directory(const std::filesystem::path& file);

// "cannot rename FILE: No space left on device", from errno.
std::unexpected<Error> file_failure(const char* doing, const std::filesystem::path& file);

}  // namespace sextant::db
