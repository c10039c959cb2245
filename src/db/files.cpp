#include "db/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace sextant::db {
namespace {

// Whether the open file is still what the path names: it may have been renamed or removed since.
bool is_still_there(int descriptor, const std::filesystem::path& file) {
  struct stat opened;
  struct stat named;
  return ::fstat(descriptor, &opened) == 0 && ::stat(file.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

}  // namespace

Result<std::optional<FileLock>> FileLock::take(const std::filesystem::path& file, Kind kind) {
  const int operation = (kind == Kind::shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
  while (true) {
    FileLock lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600));
    if (lock.descriptor_ < 0) return file_failure("open", file);
    TRY(give_to_owner_of_directory(file));
    if (::flock(lock.descriptor_, operation) != 0) {
      if (errno == EINTR) continue;
      if (errno == EWOULDBLOCK) return std::nullopt;
      return file_failure("lock", file);
    }
    if (is_still_there(lock.descriptor_, file)) return lock;
  }
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<FileLock> lock_store(const std::filesystem::path& directory, FileLock::Kind kind) {
  auto lock = TRY(FileLock::take(directory / "sextant.lock", kind));
  if (lock) return *std::move(lock);
  return fail(
      ErrorKind::unavailable,
      kind == FileLock::Kind::shared
          ? fmt::format("the store in {} is being restored or moved; try again when that is done",
                        directory.string())
          : fmt::format("a server or another command has the store in {} open; stop it first",
                        directory.string()));
}

bool is_there(const std::filesystem::path& file) {
  std::error_code error;
  return std::filesystem::exists(file, error);
}

Result<void> sync(const std::filesystem::path& file_or_directory) {
  const int descriptor = ::open(file_or_directory.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return file_failure("open", file_or_directory);
  const bool is_synced = ::fsync(descriptor) == 0;
  const int reason = errno;
  ::close(descriptor);
  errno = reason;
  if (!is_synced) return file_failure("write", file_or_directory);
  return {};
}

Result<void> give_to_owner_of_directory(const std::filesystem::path& file) {
  if (::geteuid() != 0) return {};
  const auto parent = file.parent_path();
  struct stat owner;
  if (::stat(parent.empty() ? "." : parent.c_str(), &owner) != 0 ||
      (owner.st_uid != 0 && ::chown(file.c_str(), owner.st_uid, owner.st_gid) != 0))
    return file_failure("change the owner of", file);
  return {};
}

std::unexpected<Error> file_failure(const char* doing, const std::filesystem::path& file) {
  return fail(ErrorKind::unavailable,
              fmt::format("cannot {} {}: {}", doing, file.string(), std::strerror(errno)));
}

}  // namespace sextant::db
