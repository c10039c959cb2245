#include "db/sqlite_epoch.hpp"

#include <atomic>

#include <sqlite3.h>

namespace sextant::db {
namespace {

// https://www.sqlite.org/walformat.html: the header is there twice, 48 bytes each, and begins with
// this.
constexpr std::uint32_t index_version = 3'007'000;
constexpr int index_page_bytes = 32'768;

SqliteState read_copy(const volatile std::uint64_t* words) {
  SqliteState state;
  for (std::size_t i = 0; i < state.size(); ++i)
    state[i] = __atomic_load_n(words + i, __ATOMIC_RELAXED);
  return state;
}

}  // namespace

std::optional<SqliteState> read_sqlite_state(const volatile void* log_index) {
  const auto* words = static_cast<const volatile std::uint64_t*>(log_index);
  // Writers write the second copy first: when both are the same, neither was half written.
  const SqliteState first = read_copy(words);
  std::atomic_thread_fence(std::memory_order_acquire);
  const SqliteState second = read_copy(words + first.size());
  if (first != second || static_cast<std::uint32_t>(first[0]) != index_version) return std::nullopt;
  return first;
}

const volatile void* sqlite_log_index(sqlite3* connection) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (!file || !file->pMethods || file->pMethods->iVersion < 2) return nullptr;
  volatile void* page = nullptr;
  if (file->pMethods->xShmMap(file, 0, index_page_bytes, 0, &page) != SQLITE_OK) return nullptr;
  return page;
}

std::optional<std::uint64_t> SqliteEpoch::number(const volatile void* log_index) {
  const std::lock_guard lock(mutex_);
  const auto state = read_sqlite_state(log_index);
  if (!state) return std::nullopt;
  if (*state != last_) {
    last_ = *state;
    ++number_;
  }
  return number_;
}

}  // namespace sextant::db
