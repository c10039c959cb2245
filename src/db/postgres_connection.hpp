// A connection to PostgreSQL behind the same face as the embedded one. Answers are taken whole, so
// that a read may stand inside a read; what is too large for that is pulled through COPY.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "db/connection.hpp"
#include "db/postgres_connector.hpp"
#include "db/postgres_statements.hpp"
#include "db/postgres_wire.hpp"

namespace sextant::db {

class PostgresConnection : public Connection {
 public:
  // A reader changes nothing: the server sees to that. So what it asked is asked once more when the
  // connection turns out to be lost. `connector` outlives it.
  static Result<std::unique_ptr<PostgresConnection>> open(PostgresConnector& connector,
                                                          Access access);

  Dialect dialect() const override { return Dialect::postgresql; }
  Result<void> each(const Query& query, const std::function<void(const Row&)>& sink) override;
  Result<std::unique_ptr<Rows>> open(const Query& query) override;
  Result<std::int64_t> execute(const Query& query) override;
  Result<void> post(const Query& query) override;
  Result<void> insert_rows(const NewRows& rows) override;
  Result<void> run_script(std::string_view sql) override;
  std::optional<std::uint64_t> epoch() override { return std::nullopt; }

  // "database acme at db.example.org:5432"
  const std::string& place() const { return wire_->place(); }
  // Whether nothing is under way; whether it is alive too, as far as can be seen without asking.
  bool is_free() const;
  bool is_fit();
  // A lock of the whole database, over transactions, and no time limits while it is held.
  Result<void> lock_schema();
  void unlock_schema();

  // A write transaction. `fence` is a statement that runs before anything is read.
  Result<void> begin_write(const std::optional<Query>& fence);
  Result<void> commit();
  void rollback();
  // Why the transaction cannot be committed, when a statement in it has failed.
  PostgresFailure first_failure() const { return first_failure_; }
  const std::optional<Error>& first_error() const { return first_error_; }

 private:
  class CopiedRows;
  enum class Transaction { none, snapshot, write };

  PostgresConnection(PostgresConnector& connector, Access access)
      : connector_(connector), access_(access) {}

  Result<void> begin_snapshot() override;
  void end_snapshot() override;

  Result<void> connect();
  // Tells the server whether to keep plans, when it is not as `next` wants.
  Result<void> choose_planning(const Query& next);
  Result<PostgresAnswer> ask(const Query& query);
  Result<void> send(const Query& query);
  Result<void> send_as_is(const Query& query);
  Result<PostgresAnswer> finish();
  Result<void> enter();  // anything public begins so
  bool may_try_again() const;
  Result<void> start_again();
  Result<void> copy_out(const std::string& copy);
  void forget_statements();
  void deallocate(const std::vector<std::string>& names);
  // Keeps the first failure of a write transaction.
  Error noted(Error error);

  PostgresConnector& connector_;
  Access access_;
  std::unique_ptr<PostgresWire> wire_;
  PostgresStatements statements_;
  PostgresParameters parameters_;
  Transaction transaction_ = Transaction::none;
  std::optional<bool> keeps_plans_;  // as the server has been told; nothing: it may be either
  int snapshots_ = 0;                // one within the other; the outermost counts
  bool is_snapshot_read_ = false;    // so that it stands still
  bool has_open_rows_ = false;
  bool was_ended_by_script_ = false;
  PostgresFailure first_failure_ = PostgresFailure::none;
  std::optional<Error> first_error_;
};

}  // namespace sextant::db
