// The store: connections to read with, and one way to write.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/secrets.hpp"
#include "db/connection.hpp"

namespace sextant::db {

struct Settings {
  Secret url{};  // empty: SQLite in the data directory; postgresql://...
  std::chrono::milliseconds busy_timeout{
      10'000};  // how long a writer waits for one in another process

  // Of PostgreSQL only.
  int connections = 16;  // of this process, at most; a quarter of them are for writing
  std::chrono::milliseconds connection_wait{2'000};  // for one that is free
  std::chrono::milliseconds connect_timeout{5'000};  // for each host; at least 2 seconds
  std::chrono::milliseconds statement_timeout{30'000};
};

class Database;

// A connection to read with, given back at the end of its scope.
class Lease {
 public:
  Lease(Database& database, std::unique_ptr<Connection> connection)
      : database_(&database), connection_(std::move(connection)) {}
  Lease(Lease&&) noexcept = default;
  Lease& operator=(Lease&&) = delete;
  ~Lease();

  Connection& operator*() const { return *connection_; }
  Connection* operator->() const { return connection_.get(); }

 private:
  Database* database_;
  std::unique_ptr<Connection> connection_;
};

class Database {
 public:
  virtual ~Database() = default;

  // Borrows a reader; opens one when none is free. Where their number is bounded this may wait,
  // and is `unavailable` when none comes free in time.
  virtual Result<Lease> reader() = 0;

  // Runs `work` in a write transaction and returns once it is durable. Writers that come together
  // share one commit; when `work` fails, its own changes alone are undone. `work` may be run again,
  // so it must not have effects outside the connection. Keep it short (50 ms): everybody waits
  // behind it. A statement that fails inside must be handed up: PostgreSQL undoes the whole then.
  // Writers do not see each other's changes half done: it is as if they had come one by one.
  virtual Result<void> write(const std::function<Result<void>(Connection&)>& work) = 0;

  // Runs one statement that changes and answers, by itself: it sees what every other has committed
  // and waits for one that changes the same row. For counters that all nodes share, which would
  // lose every other race in a write.
  virtual Result<void> change(const Query& query, const std::function<void(const Row&)>& sink) {
    return write([&](Connection& connection) { return connection.each(query, sink); });
  }

  // As write, while nobody else writes, in no process, for as long as it takes: for changes of the
  // schema.
  virtual Result<void> write_alone(const std::function<Result<void>(Connection&)>& work) {
    return write(work);
  }

 private:
  friend class Lease;
  virtual void give_back(std::unique_ptr<Connection> connection) = 0;
};

inline Lease::~Lease() {
  if (connection_) database_->give_back(std::move(connection_));
}

// Opens the embedded store in one file, makes it when it is missing.
Result<std::unique_ptr<Database>> open_sqlite(const std::filesystem::path& file,
                                              const Settings& settings);

// Connects to PostgreSQL 13 or later, to a database that is ours or empty.
Result<std::unique_ptr<Database>> open_postgres(const Settings& settings);

// Brings the store to this program's schema: every migration not yet recorded, in order, each in
// its own transaction. Refuses a store that a newer program has written and one whose history
// differs.
Result<void> migrate(Database& database);

// Whether the store has exactly this program's schema.
Result<bool> is_migrated(Connection& connection);

}  // namespace sextant::db
