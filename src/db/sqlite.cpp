// The embedded store: a pool of readers, and the writer.
#include <filesystem>
#include <mutex>
#include <vector>

#include "db/database.hpp"
#include "db/sqlite_connection.hpp"
#include "db/sqlite_writer.hpp"

namespace sextant::db {
namespace {

constexpr std::size_t idle_readers_most = 32;

class SqliteDatabase : public Database {
 public:
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file,
                                                const Settings& settings) {
    std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(file, settings));
    auto connection =
        TRY(SqliteConnection::open(file, Access::write, settings.busy_timeout, database->epoch_));
    database->writer_ = std::make_unique<SqliteWriter>(std::move(connection));
    return database;
  }

  Result<Lease> reader() override {
    if (auto idle = take_idle()) return Lease(*this, std::move(idle));
    auto connection =
        TRY(SqliteConnection::open(file_, Access::read, settings_.busy_timeout, epoch_));
    return Lease(*this, std::move(connection));
  }

  Result<void> write(const std::function<Result<void>(Connection&)>& work) override {
    return writer_->write(work);
  }

 private:
  SqliteDatabase(std::filesystem::path file, Settings settings)
      : file_(std::move(file)), settings_(std::move(settings)) {}

  // The last one given back first: its cache is the warmest.
  std::unique_ptr<Connection> take_idle() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return nullptr;
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  void give_back(std::unique_ptr<Connection> connection) override {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < idle_readers_most) idle_.push_back(std::move(connection));
  }

  const std::filesystem::path file_;
  const Settings settings_;
  SqliteEpoch epoch_;
  std::unique_ptr<SqliteWriter> writer_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const std::filesystem::path& file,
                                              const Settings& settings) {
  return SqliteDatabase::open(file, settings);
}

}  // namespace sextant::db
