#include "db/move.hpp"

#include <string>

#include <fmt/format.h>

#include "db/migrations.hpp"
#include "db/table_copy.hpp"

namespace sextant::db {
namespace {

// The table in the target that is there as long as the move has not ended; it says whose it is.
const Query find_marker("SELECT to_regclass('unfinished_move') IS NOT NULL");

Result<bool> has_marker(Connection& target) {
  return TRY(target.row(find_marker, [](const Row& row) { return row.boolean(0); }))
      .value_or(false);
}

// Stores are told apart by the moment when they were made.
Result<std::string> name_of_store(Connection& source) {
  const auto name = TRY(source.row(
      Query("SELECT name, checksum, applied_at FROM schema_versions ORDER BY name LIMIT 1"),
      [](const Row& row) {
        return fmt::format("{} {} {}", row.text(0), row.text(1), row.integer(2));
      }));
  return name.value_or("");
}

Result<void> check_source(Connection& source) {
  const SchemaSteps steps = TRY(read_schema_steps(source));
  if (steps.missing.empty()) return {};
  return fail(ErrorKind::conflict,
              fmt::format("the store has not this version's schema ({} is missing); run `sextant "
                          "migrate` first",
                          steps.missing.front()));
}

// The first of the tables that has rows; empty when none has. Before a migration some may be
// missing.
Result<std::string> find_rows(Connection& target, const std::vector<Table>& tables) {
  for (const Table& table : tables) {
    const auto is_there = TRY(target.row(Query("SELECT to_regclass({}) IS NOT NULL", table.name),
                                         [](const Row& row) { return row.boolean(0); }));
    if (!is_there.value_or(false)) continue;
    if (TRY(target.row(Query("SELECT 1 FROM " + table.name + " LIMIT 1"),
                       [](const Row&) { return true; })))
      return table.name;
  }
  return "";
}

std::unexpected<Error> other_data(const std::string& table) {
  return fail(
      ErrorKind::conflict,
      fmt::format("the target holds other data already (in its table {}), and is left as it "
                  "is; name an empty database",
                  table));
}

Result<void> check_marker(Connection& target, const std::string& store) {
  const auto marked = TRY(target.row(Query("SELECT source FROM unfinished_move"),
                                     [](const Row& row) { return std::string(row.text(0)); }));
  if (marked == store) return {};
  return fail(ErrorKind::conflict,
              "the target holds a part of another store, whose move has not ended; end that move, "
              "or name an empty database");
}

// The move of a whole store, from the marker in the target to its removal.
class Mover {
 public:
  Mover(Connection& source, Database& target, const MoveProgress& progress, std::size_t slice_bytes)
      : source_(source), target_(target), progress_(progress), slice_bytes_(slice_bytes) {}

  Result<Move> run();

 private:
  TableCopy copy_of(const Table& table) { return {source_, target_, table, slice_bytes_}; }
  Result<std::string> begin();
  Result<void> copy_all();
  Result<void> copy_anew(const Table& table);
  Result<Move> compare_all(bool may_copy_again);
  Result<TableDigest> digest_of_target(const Table& table);
  Result<void> end();

  Connection& source_;
  Database& target_;
  const MoveProgress& progress_;
  const std::size_t slice_bytes_;
  std::vector<Table> tables_;
};

Result<Move> Mover::run() {
  TRY(check_source(source_));
  tables_ = TRY(read_tables(source_));
  for (const Table& table : tables_) TRY(copy_of(table).check_types());
  const std::string occupied = TRY(begin());
  if (!occupied.empty()) {
    // Perhaps it is this very store: a move that ended and could not say so.
    auto compared = compare_all(false);
    if (!compared && compared.error().kind == ErrorKind::conflict) return other_data(occupied);
    if (compared) compared->was_done = true;
    return compared;
  }
  TRY(copy_all());
  auto move = TRY(compare_all(true));
  TRY(end());
  return move;
}

// Marks an empty target as ours, or finds our mark. Without either: a table that has rows.
Result<std::string> Mover::begin() {
  const std::string store = TRY(name_of_store(source_));
  {
    const Lease reader = TRY(target_.reader());
    const SchemaSteps steps = TRY(read_schema_steps(*reader));
    const bool is_marked = TRY(has_marker(*reader));
    const std::string occupied = TRY(find_rows(*reader, tables_));
    if (!is_marked && !occupied.empty() && !steps.missing.empty()) return other_data(occupied);
  }
  TRY(migrate(target_));
  std::string occupied;
  TRY(target_.write_alone([&](Connection& connection) -> Result<void> {
    occupied.clear();
    if (TRY(has_marker(connection))) return check_marker(connection, store);
    occupied = TRY(find_rows(connection, tables_));
    if (!occupied.empty()) return {};
    TRY(connection.run_script(
        "CREATE TABLE unfinished_move (source TEXT PRIMARY KEY, begun_at BIGINT NOT NULL)"));
    TRY(connection.execute(Query("INSERT INTO unfinished_move (source, begun_at) VALUES ({}, {})",
                                 store, system_clock().now())));
    return {};
  }));
  return occupied;
}

Result<void> Mover::copy_all() {
  std::int64_t total = 0;
  for (const Table& table : tables_) total += TRY(copy_of(table).count_missing());
  std::int64_t done = 0;
  progress_("copied", done, total);
  for (const Table& table : tables_) {
    const auto copied = copy_of(table).run([&](std::int64_t rows) {
      done += rows;
      progress_("copied", done, total);
    });
    // A row that came earlier and has changed since is in the way.
    if (!copied && copied.error().kind == ErrorKind::conflict)
      TRY(copy_anew(table));
    else if (!copied)
      return copied;
  }
  return {};
}

Result<void> Mover::copy_anew(const Table& table) {
  TableCopy copy = copy_of(table);
  TRY(copy.empty_target());
  return copy.run([](std::int64_t) {});
}

Result<TableDigest> Mover::digest_of_target(const Table& table) {
  const Lease reader = TRY(target_.reader());
  return read_digest(*reader, table);
}

Result<Move> Mover::compare_all(bool may_copy_again) {
  std::int64_t total = 0;
  for (const Table& table : tables_)
    total += TRY(source_.row(Query("SELECT COUNT(*) FROM " + table.name), [](const Row& row) {
               return row.integer(0);
             })).value_or(0);
  Move move;
  std::int64_t done = 0;
  for (const Table& table : tables_) {
    const TableDigest source = TRY(read_digest(source_, table));
    TableDigest target = TRY(digest_of_target(table));
    if (source != target && may_copy_again) {
      TRY(copy_anew(table));
      target = TRY(digest_of_target(table));
    }
    if (source != target)
      return fail(
          may_copy_again ? ErrorKind::internal : ErrorKind::conflict,
          fmt::format("{} differs: {} rows with the checksum {} in the store, {} with {} in "
                      "the target",
                      table.name, source.rows, source.checksum(), target.rows, target.checksum()));
    move.tables.push_back({table.name, source});
    done += source.rows;
    progress_("compared", done, total);
  }
  return move;
}

// Nobody has looked at the new rows yet; without statistics the first plans would be poor.
Result<void> Mover::end() {
  return target_.write_alone([](Connection& connection) {
    return connection.run_script("ANALYZE; DROP TABLE unfinished_move");
  });
}

}  // namespace

Result<Move> move_store(Database& source, Database& target, const MoveProgress& progress,
                        std::size_t slice_bytes) {
  const Lease reader = TRY(source.reader());
  return Mover(*reader, target, progress, slice_bytes).run();
}

Result<void> refuse_unfinished_move(Connection& connection) {
  if (connection.dialect() == Dialect::sqlite) return {};
  if (!TRY(has_marker(connection))) return {};
  return fail(ErrorKind::conflict,
              "a store is being moved into the database, and not all of it is there yet; run the "
              "same `sextant move` again to end that");
}

}  // namespace sextant::db
