#include "db/sqlite_connection.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <thread>
#include <type_traits>

#include <fmt/format.h>
#include <sqlite3.h>

#include "db/placeholders.hpp"
#include "db/sqlite_error.hpp"

namespace sextant::db {
namespace {

// Reads straight out of a statement: no copy, no allocation.
class StatementRow final : public Row {
 public:
  explicit StatementRow(sqlite3_stmt* statement) : statement_(statement) {}

  bool is_null(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }
  double real(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string_view text(int column) const override {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return {bytes, bytes ? static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)) : 0};
  }
  std::string_view blob(int column) const override {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return {bytes, bytes ? static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)) : 0};
  }

 private:
  sqlite3_stmt* statement_;
};

int bind_one(sqlite3_stmt* statement, int index, const Value& value, sqlite3_destructor_type keep) {
  return std::visit(
      [&](const auto& held) {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::monostate>)
          return sqlite3_bind_null(statement, index);
        else if constexpr (std::is_same_v<Held, double>)
          return sqlite3_bind_double(statement, index, held);
        else if constexpr (std::is_integral_v<Held>)
          return sqlite3_bind_int64(statement, index, held);
        else if constexpr (std::is_same_v<Held, Blob>)
          return sqlite3_bind_blob64(statement, index, held.bytes.data(), held.bytes.size(), keep);
        else
          return sqlite3_bind_text64(statement, index, held.data(), held.size(), keep, SQLITE_UTF8);
      },
      value);
}

// SQLite would make the file readable for everybody; it holds people's addresses.
Result<void> make_private_file(const std::string& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return fail(ErrorKind::unavailable,
                fmt::format("{} cannot be opened: {}", file, std::strerror(errno)));
  ::close(descriptor);
  return {};
}

}  // namespace

// A prepared statement with its values, given back at the end of its scope.
class SqliteConnection::Borrowed {
 public:
  Borrowed(StatementCache& cache, StatementCache::Statement* statement)
      : cache_(&cache), statement_(statement) {}
  Borrowed(Borrowed&& other) noexcept
      : cache_(other.cache_), statement_(std::exchange(other.statement_, nullptr)) {}
  Borrowed& operator=(Borrowed&&) = delete;
  ~Borrowed() {
    if (statement_) cache_->give_back(statement_);
  }
  sqlite3_stmt* handle() const { return statement_->handle; }

 private:
  StatementCache* cache_;
  StatementCache::Statement* statement_;
};

class SqliteConnection::OpenRows : public Rows {
 public:
  OpenRows(SqliteConnection& connection, Borrowed statement)
      : connection_(connection), statement_(std::move(statement)), row_(statement_.handle()) {}

  Result<const Row*> next() override {
    // Stepping on after the end would begin again.
    if (is_done_) return nullptr;
    const int code = sqlite3_step(statement_.handle());
    if (code == SQLITE_ROW) return &row_;
    is_done_ = true;
    if (code != SQLITE_DONE) return connection_.failure(code);
    return nullptr;
  }

 private:
  SqliteConnection& connection_;
  Borrowed statement_;
  StatementRow row_;
  bool is_done_ = false;
};

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(
    const std::filesystem::path& file, Access access, std::chrono::milliseconds busy_timeout,
    SqliteEpoch& epoch) {
  std::unique_ptr<SqliteConnection> connection(
      new SqliteConnection(file.string(), access, busy_timeout, epoch));
  if (access == Access::write) TRY(make_private_file(connection->file_));
  // Readers open for writing too: only so can they recover the log after a crash. query_only binds
  // them.
  const int code =
      sqlite3_open_v2(connection->file_.c_str(), &connection->handle_,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (code != SQLITE_OK) return connection->failure(code);
  TRY(connection->configure());
  return connection;
}

SqliteConnection::~SqliteConnection() {
  statements_.clear();
  sqlite3_close(handle_);
}

Result<void> SqliteConnection::configure() {
  sqlite3_busy_handler(handle_, on_busy, this);
  TRY(run_script("PRAGMA mmap_size=0; PRAGMA cache_size=-8192; PRAGMA foreign_keys=ON"));
  TRY(turn_on_wal());
  if (access_ == Access::read) {
    TRY(run_script("PRAGMA query_only=ON"));
  } else {
    // The log is carried over every 64 MiB, and cut back to that when a long read let it grow.
    TRY(
        run_script("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=16384; "
                   "PRAGMA journal_size_limit=67108864"));
  }
  return {};
}

// SQLite does not ask the busy handler when two open a new file at the same moment.
Result<void> SqliteConnection::turn_on_wal() {
  const auto until = std::chrono::steady_clock::now() + busy_timeout_;
  while (true) {
    std::string mode;
    const auto turned =
        each(Query("PRAGMA journal_mode=WAL"), [&](const Row& row) { mode = row.text(0); });
    if (turned && mode == "wal") return {};
    if (turned)
      return fail(
          ErrorKind::invalid,
          fmt::format(
              "{} lies on a file system without shared memory (journal mode {}); use a local "
              "disk",
              file_, mode));
    const bool is_busy = (sqlite3_errcode(handle_) & 0xff) == SQLITE_BUSY;
    if (!is_busy || std::chrono::steady_clock::now() >= until)
      return std::unexpected(turned.error());
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

// Asks again every millisecond: SQLite's own handler sleeps up to 100, and would never find the
// short gap that another process leaves between two writes.
int SqliteConnection::on_busy(void* connection, int attempts) {
  auto& self = *static_cast<SqliteConnection*>(connection);
  const auto now = std::chrono::steady_clock::now();
  if (attempts == 0) self.busy_since_ = now;
  if (now - self.busy_since_ >= self.busy_timeout_) return 0;
  std::this_thread::sleep_for(std::chrono::milliseconds{1});
  return 1;
}

std::unexpected<Error> SqliteConnection::failure(int code) const {
  return std::unexpected(sqlite_error(handle_, code, file_));
}

Result<SqliteConnection::Borrowed> SqliteConnection::prepare(const Query& query,
                                                             Lifetime lifetime) {
  StatementCache::Statement* statement = statements_.find(query.text());
  if (!statement) {
    const std::string sql = number_placeholders(query.text());
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    if (code != SQLITE_OK) return failure(code);
    if (!handle) return fail(ErrorKind::internal, "the statement is empty");
    statement = statements_.add(query.text(), handle);
  }
  Borrowed borrowed(statements_, statement);
  TRY(bind(statement->handle, query.values(), lifetime));
  return borrowed;
}

Result<void> SqliteConnection::bind(sqlite3_stmt* statement, std::span<const Value> values,
                                    Lifetime lifetime) {
  if (sqlite3_bind_parameter_count(statement) != static_cast<int>(values.size()))
    return fail(ErrorKind::internal, fmt::format("the statement takes {} values, not {}: {}",
                                                 sqlite3_bind_parameter_count(statement),
                                                 values.size(), sqlite3_sql(statement)));
  const auto keep = lifetime == Lifetime::call ? SQLITE_STATIC : SQLITE_TRANSIENT;
  int index = 0;
  for (const Value& value : values)
    if (const int code = bind_one(statement, ++index, value, keep); code != SQLITE_OK)
      return failure(code);
  return {};
}

Result<void> SqliteConnection::each(const Query& query,
                                    const std::function<void(const Row&)>& sink) {
  const Borrowed statement = TRY(prepare(query, Lifetime::call));
  const StatementRow row(statement.handle());
  int code;
  while ((code = sqlite3_step(statement.handle())) == SQLITE_ROW) sink(row);
  if (code != SQLITE_DONE) return failure(code);
  return {};
}

Result<std::unique_ptr<Rows>> SqliteConnection::open(const Query& query) {
  Borrowed statement = TRY(prepare(query, Lifetime::rows));
  return std::make_unique<OpenRows>(*this, std::move(statement));
}

Result<std::int64_t> SqliteConnection::execute(const Query& query) {
  const Borrowed statement = TRY(prepare(query, Lifetime::call));
  const auto before = sqlite3_total_changes64(handle_);
  int code;
  while ((code = sqlite3_step(statement.handle())) == SQLITE_ROW) {
  }
  if (code != SQLITE_DONE) return failure(code);
  // What is no INSERT, UPDATE or DELETE leaves the count of the last one standing.
  return sqlite3_total_changes64(handle_) == before ? 0 : sqlite3_changes64(handle_);
}

Result<void> SqliteConnection::run_script(std::string_view sql) {
  const int code = sqlite3_exec(handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(code);
  return {};
}

bool SqliteConnection::is_in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

Result<void> SqliteConnection::begin_snapshot() {
  static const Query begin("BEGIN");
  if (access_ == Access::write) return {};
  if (snapshots_ == 0) TRY(execute(begin));
  ++snapshots_;
  return {};
}

void SqliteConnection::end_snapshot() {
  static const Query end("END");
  if (access_ == Access::write || --snapshots_ > 0) return;
  // A read transaction has nothing to lose: when it cannot end, an error has ended it already.
  (void)execute(end);
}

std::optional<std::uint64_t> SqliteConnection::epoch() {
  static const Query touch("PRAGMA data_version");
  // What a transaction reads may be older than the state of the file.
  if (sqlite3_txn_state(handle_, "main") != SQLITE_TXN_NONE) return std::nullopt;
  if (!log_index_) log_index_ = sqlite_log_index(handle_);
  if (!log_index_) return std::nullopt;
  if (const auto number = epoch_.number(log_index_)) return number;
  // Somebody is writing the index this moment, or died while doing so: a read waits, or puts it
  // right.
  if (!execute(touch)) return std::nullopt;
  return epoch_.number(log_index_);
}

}  // namespace sextant::db
