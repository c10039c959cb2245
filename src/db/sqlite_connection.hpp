// One connection to an SQLite file. Statements are prepared once and kept.
#pragma once

#include <chrono>
#include <filesystem>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "db/connection.hpp"
#include "db/sqlite_epoch.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace sextant::db {

// The statements of one connection by their text; those longest out of use go first.
class StatementCache {
 public:
  static constexpr std::size_t most = 100;

  struct Statement {
    std::string sql;
    sqlite3_stmt* handle = nullptr;
    bool is_lent = false;
    bool is_kept = true;  // in the cache; otherwise it ends with its use
  };

  StatementCache() = default;
  StatementCache(const StatementCache&) = delete;
  StatementCache& operator=(const StatementCache&) = delete;
  ~StatementCache() { clear(); }

  // The kept statement of this text, unless it is lent already; null then.
  Statement* find(const std::string& sql);
  // A new statement, lent; it is kept unless one of the same text is (and lent, by a read inside a
  // read).
  Statement* add(const std::string& sql, sqlite3_stmt* handle);
  // Resets it and forgets its values.
  void give_back(Statement* statement);
  void clear();
  std::size_t size() const { return by_text_.size(); }

 private:
  void drop(std::list<Statement>::iterator at);

  std::list<Statement> statements_;  // the latest used first
  std::unordered_map<std::string_view, std::list<Statement>::iterator> by_text_;
};

class SqliteConnection : public Connection {
 public:
  // `epoch` is shared by all connections of the process to this file, and outlives them.
  static Result<std::unique_ptr<SqliteConnection>> open(const std::filesystem::path& file,
                                                        Access access,
                                                        std::chrono::milliseconds busy_timeout,
                                                        SqliteEpoch& epoch);
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;
  ~SqliteConnection() override;

  Dialect dialect() const override { return Dialect::sqlite; }
  Result<void> each(const Query& query, const std::function<void(const Row&)>& sink) override;
  Result<std::unique_ptr<Rows>> open(const Query& query) override;
  Result<std::int64_t> execute(const Query& query) override;
  Result<void> run_script(std::string_view sql) override;
  std::optional<std::uint64_t> epoch() override;

  bool is_in_transaction() const;

 private:
  class Borrowed;
  class OpenRows;
  enum class Lifetime {
    call,
    rows
  };  // how long the values of a query live: this call, or its rows

  SqliteConnection(std::string file, Access access, std::chrono::milliseconds busy_timeout,
                   SqliteEpoch& epoch)
      : file_(std::move(file)), access_(access), busy_timeout_(busy_timeout), epoch_(epoch) {}

  Result<void> begin_snapshot() override;
  void end_snapshot() override;

  Result<void> configure();
  Result<void> turn_on_wal();
  Result<Borrowed> prepare(const Query& query, Lifetime lifetime);
  Result<void> bind(sqlite3_stmt* statement, std::span<const Value> values, Lifetime lifetime);
  std::unexpected<Error> failure(int code) const;
  static int on_busy(void* connection, int attempts);

  std::string file_;
  Access access_;
  std::chrono::milliseconds busy_timeout_;
  std::chrono::steady_clock::time_point busy_since_;
  SqliteEpoch& epoch_;
  sqlite3* handle_ = nullptr;
  const volatile void* log_index_ = nullptr;
  StatementCache statements_;
  int snapshots_ = 0;  // one within the other; the outermost counts
};

}  // namespace sextant::db
