// Noticing that anybody has changed an SQLite file, without a lock or a system call.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>

struct sqlite3;

namespace sextant::db {

// How the file stands: the header of the index that all processes share of the log. Each commit
// writes it anew, with a count and a running checksum, so that no state comes back. SQLite tells by
// the same bytes whether its cache is still good.
using SqliteState = std::array<std::uint64_t, 6>;

// Nothing while it is being written, or not yet set up. `log_index` is as sqlite_log_index found
// it.
std::optional<SqliteState> read_sqlite_state(const volatile void* log_index);

// Where the connection has that index in memory, as long as it is open; null where it has none yet.
const volatile void* sqlite_log_index(sqlite3* connection);

// The number of the state, one count for the whole process: see Connection::epoch.
//
// Say an answer was made after its state had got the number n, and then a change was committed.
// Whoever asks after the commit brings a state that is not the one of n. Either it is the last one
// known here; then it came after n's, and raised the number. Or it is not, and raises it now. So n
// is not given out again. Who asked before the commit and reads only now sees newer data than the
// number promises, which is harmless.
class SqliteEpoch {
 public:
  // Nothing when the state cannot be told right now.
  std::optional<std::uint64_t> number(const volatile void* log_index);

 private:
  std::mutex mutex_;
  SqliteState last_{};
  std::uint64_t number_ = 0;
};

}  // namespace sextant::db
