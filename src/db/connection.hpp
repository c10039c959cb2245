// A connection to the store, the same for every database. One thread uses it at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "db/query.hpp"

namespace sextant::db {

// The row a statement stands on. Views stay valid until the next row.
class Row {
 public:
  virtual ~Row() = default;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;  // 0 for null
  virtual double real(int column) const = 0;
  virtual std::string_view text(int column) const = 0;  // empty for null
  virtual std::string_view blob(int column) const = 0;

  bool boolean(int column) const { return integer(column) != 0; }
  Instant time(int column) const { return from_unix_ms(integer(column)); }
  std::optional<std::int64_t> integer_or_null(int column) const {
    return is_null(column) ? std::nullopt : std::optional(integer(column));
  }
  std::optional<Instant> time_or_null(int column) const {
    return is_null(column) ? std::nullopt : std::optional(time(column));
  }
};

// Rows pulled one at a time, for answers that do not fit in memory. Lives no longer than its
// connection.
class Rows {
 public:
  virtual ~Rows() = default;
  // The next row, or null after the last; it is valid until the next call.
  virtual Result<const Row*> next() = 0;
};

enum class Dialect { sqlite, postgresql };
enum class Access { read, write };

// Rows to be, for one table: the names of the columns, and a value for each in every row.
class NewRows {
 public:
  NewRows(std::string table, std::vector<std::string> columns)
      : table_(std::move(table)), columns_(std::move(columns)) {}

  template <typename... Values>
  NewRows& add(const Values&... values) {
    (values_.push_back(to_value(values)), ...);
    return *this;
  }

  const std::string& table() const { return table_; }
  std::span<const std::string> columns() const { return columns_; }
  std::size_t size() const { return columns_.empty() ? 0 : values_.size() / columns_.size(); }
  bool is_complete() const { return columns_.size() * size() == values_.size(); }
  std::span<const Value> row(std::size_t at) const {
    return std::span(values_).subspan(at * columns_.size(), columns_.size());
  }

 private:
  std::string table_;
  std::vector<std::string> columns_;
  std::vector<Value> values_;
};

class Connection {
 public:
  virtual ~Connection() = default;

  virtual Dialect dialect() const = 0;

  // Runs a statement to its end and hands each row to `sink`.
  virtual Result<void> each(const Query& query, const std::function<void(const Row&)>& sink) = 0;
  // For many rows. On PostgreSQL nothing else runs on this connection until they are gone.
  virtual Result<std::unique_ptr<Rows>> open(const Query& query) = 0;
  // Runs a statement that returns no rows; answers how many rows it changed.
  virtual Result<std::int64_t> execute(const Query& query) = 0;
  // Runs a statement whose answer nobody waits for. Where the database is a network away it goes
  // with the next ones, and its error is that of the next read, or of the commit.
  virtual Result<void> post(const Query& query);
  // Inserts them all, in the quickest way there is; `conflict` when one of them is there already.
  // Its error may be late as post's.
  virtual Result<void> insert_rows(const NewRows& rows);
  // Runs any number of statements that have no values: migrations.
  virtual Result<void> run_script(std::string_view sql) = 0;

  // A number that changes whenever anything in the store may have changed, by any process, so that
  // an answer in memory may be given again while it stands still. Nothing where the database cannot
  // say so cheaply. Must be asked outside a transaction.
  virtual std::optional<std::uint64_t> epoch() = 0;

  template <typename Read>
  auto rows(const Query& query, Read read)
      -> Result<std::vector<decltype(read(std::declval<const Row&>()))>> {
    std::vector<decltype(read(std::declval<const Row&>()))> found;
    const auto ran = each(query, [&](const Row& row) { found.push_back(read(row)); });
    if (!ran) return std::unexpected(ran.error());
    return found;
  }

  // The first row, or nothing.
  template <typename Read>
  auto row(const Query& query, Read read)
      -> Result<std::optional<decltype(read(std::declval<const Row&>()))>> {
    std::optional<decltype(read(std::declval<const Row&>()))> found;
    const auto ran = each(query, [&](const Row& row) {
      if (!found) found = read(row);
    });
    if (!ran) return std::unexpected(ran.error());
    return found;
  }

 private:
  friend class Snapshot;
  // Nothing to do inside a write transaction, which sees one state anyway.
  virtual Result<void> begin_snapshot() = 0;
  virtual void end_snapshot() = 0;
};

// Every read inside sees the store as it was at the first one. Ends with the scope.
class Snapshot {
 public:
  static Result<Snapshot> begin(Connection& connection) {
    TRY(connection.begin_snapshot());
    return Snapshot(connection);
  }
  Snapshot(Snapshot&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  Snapshot& operator=(Snapshot&&) = delete;
  ~Snapshot() {
    if (connection_) connection_->end_snapshot();
  }

 private:
  explicit Snapshot(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

}  // namespace sextant::db
