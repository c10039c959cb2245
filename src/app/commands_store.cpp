#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/commands.hpp"
#include "app/progress.hpp"
#include "db/backup.hpp"
#include "db/files.hpp"
#include "db/migrations.hpp"
#include "db/move.hpp"
#include "db/postgres_shown_url.hpp"
#include "velocity/versions.hpp"

namespace sextant::app {
namespace {

namespace fs = std::filesystem;

std::string in_quotes(const std::string& word) {
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

fs::path file_of(const Config& config) {
  return config.data / "sextant.db";
}

// A store in PostgreSQL has tools of its own for that; this says how they are called.
Result<void> refuse_postgres(const Config& config, const std::string& doing,
                             const std::string& command) {
  if (config.database.url.empty()) return {};
  const std::string url = TRY(db::shown_postgres_url(config.database));
  return fail(ErrorKind::invalid,
              fmt::format("the store is in PostgreSQL, whose own tools {}; the password is asked "
                          "for, or taken from ~/.pgpass:\n  {} --dbname={}",
                          doing, command, in_quotes(url)));
}

// Without it a backup is worth less: cursors end, and secrets in the store stay closed.
std::string word_on_key(const Config& config) {
  const fs::path file = config.data / "secret.key";
  if (!config.secret_key.empty())
    return "The secret key is not in it: it stands in the settings (secret_key)";
  if (!db::is_there(file)) return "The secret key, when there is one, is not in it";
  return fmt::format("The secret key is not in it: keep {} too, somewhere else than the backup",
                     file.string());
}

// A bar for copying, then one for comparing.
class MoveBars {
 public:
  void show(std::string_view doing, std::int64_t done, std::int64_t total) {
    if (doing != doing_) bar_ = std::make_unique<Progress>(std::string(doing) + " rows");
    doing_ = doing;
    bar_->show(static_cast<std::size_t>(done), static_cast<std::size_t>(total));
  }

 private:
  std::string doing_;
  std::unique_ptr<Progress> bar_;
};

void say_what_was_moved(const Config& config, const db::Move& move) {
  std::int64_t rows = 0;
  for (const db::MovedTable& table : move.tables) {
    rows += table.digest.rows;
    fmt::print("{}\t{}\t{}\n", table.name, table.digest.rows, table.digest.checksum());
  }
  fmt::print(stderr,
             "{}: {} rows in {} tables are in the database, counts and checksums agree\n"
             "On every node, set database.url (SEXTANT_DATABASE_URL) to that URL\n",
             move.was_done ? "moved before" : "moved", rows, move.tables.size());
  if (config.secret_key.empty())
    fmt::print(stderr, "and SEXTANT_SECRET_KEY to what is in {},\n",
               (config.data / "secret.key").string());
  else
    fmt::print(stderr, "with the same secret_key as here,\n");
  fmt::print(stderr, "then start them. {} stays as it is; nothing reads it any more\n",
             file_of(config).string());
}

}  // namespace

Result<int> migrate(const GlobalOptions& global, const NoOptions&) {
  const Store store = TRY(open_unmigrated_store(global));
  const std::string name = store.is_embedded() ? store.file().string() : "the database";
  db::SchemaSteps before;
  {
    const auto reader = TRY(store.database->reader());
    TRY(db::refuse_unfinished_move(*reader));
    before = TRY(db::read_schema_steps(*reader));
  }
  TRY(db::migrate(*store.database));
  if (before.missing.empty())
    fmt::print(stderr, "{} has this version's schema already, up to {}\n", name,
               before.done.back());
  else
    fmt::print(stderr, "{} has this version's schema now; done: {}\n", name,
               fmt::join(before.missing, ", "));
  return ExitStatus::done;
}

Result<int> back_up(const GlobalOptions& global, const BackupOptions& options) {
  const Config config = TRY(read_config(global));
  TRY(refuse_postgres(config, "back it up",
                      fmt::format("pg_dump --format=custom --file={}", in_quotes(options.file))));
  if (!db::is_there(file_of(config)))
    return fail(ErrorKind::not_found,
                fmt::format("there is no store {}", file_of(config).string()));
  const auto lock = TRY(db::lock_store(config.data, db::FileLock::Kind::shared));
  const auto backup = TRY(db::back_up(file_of(config), options.file,
                                      options.force ? db::Overwrite::yes : db::Overwrite::no));
  fmt::print("{}\n", backup.file.string());
  fmt::print(stderr, "{} MB, checked. {}\n", (backup.bytes + 999'999) / 1'000'000,
             word_on_key(config));
  return ExitStatus::done;
}

Result<int> restore(const GlobalOptions& global, const BackupOptions& options) {
  const Config config = TRY(read_config(global));
  TRY(refuse_postgres(
      config, "restore it",
      fmt::format("pg_restore --no-owner --clean --if-exists {}", in_quotes(options.file))));
  TRY(make_data_directory(config));
  const auto lock = TRY(db::lock_store(config.data, db::FileLock::Kind::exclusive));
  const Instant now = system_clock().now();
  const auto restored = TRY(
      db::restore(file_of(config), options.file, now, [&](db::Database& database) -> Result<void> {
        return database.write([&](db::Connection& db) { return velocity::count_return(db, now); });
      }));
  fmt::print(stderr, "{} is {} now\n", file_of(config).string(), options.file);
  if (!restored.kept.empty())
    fmt::print(stderr, "the store that was there {}is kept as {}; delete it when all is well\n",
               restored.was_damaged ? "is damaged and " : "", restored.kept.string());
  fmt::print(stderr,
             "tokens and people are those of the backup: what was revoked since holds again\n");
  return ExitStatus::done;
}

Result<int> move(const GlobalOptions& global, const MoveOptions& options) {
  const Config config = TRY(read_config(global));
  db::Settings target_settings = config.database;
  if (!options.url.empty()) target_settings.url = Secret(options.url);
  if (target_settings.url.empty())
    return fail(ErrorKind::invalid, "say where to: --to postgresql://USER@HOST/DATABASE");
  // Statements over whole tables take their time; nobody else waits for them.
  target_settings.statement_timeout = std::chrono::hours{1};
  if (!db::is_there(file_of(config)))
    return fail(ErrorKind::not_found,
                fmt::format("there is no embedded store {}", file_of(config).string()));
  const auto lock = TRY(db::lock_store(config.data, db::FileLock::Kind::exclusive));
  const auto source = TRY(db::open_sqlite(file_of(config), config.database));
  const auto target = TRY(db::open_postgres(target_settings));
  MoveBars bars;
  auto moved = db::move_store(*source, *target,
                              [&](std::string_view doing, std::int64_t done, std::int64_t total) {
                                bars.show(doing, done, total);
                              });
  if (!moved && moved.error().kind == ErrorKind::unavailable)
    return fail(ErrorKind::unavailable,
                moved.error().message + "; run the same command again to go on");
  say_what_was_moved(config, TRY(std::move(moved)));
  return ExitStatus::done;
}

}  // namespace sextant::app
