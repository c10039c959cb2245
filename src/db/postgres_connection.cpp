#include "db/postgres_connection.hpp"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <libpq-fe.h>

#include "db/placeholders.hpp"

namespace sextant::db {
namespace {

const Query begin_write_statement("BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE");
const Query begin_snapshot_statement =
    Query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").keep_plan();
const Query commit_statement = Query("COMMIT").keep_plan();

// COPY takes two round trips, so for a few rows INSERTs that nobody waits for are quicker.
constexpr std::size_t few_rows = 8;
// A client may take its time over an export, and the server over sorting it.
constexpr auto patience_with_rows = std::chrono::minutes{10};
constexpr std::string_view schema_lock = "7310306532093752948";  // "sextant", as a number

class AnswerRow final : public TextRow {
 public:
  explicit AnswerRow(const PGresult* answer) : answer_(answer) {}
  void move_to(int row) {
    row_ = row;
    forget_blobs();
  }

 private:
  std::optional<std::string_view> cell(int column) const override {
    if (column < 0 || column >= PQnfields(answer_) || PQgetisnull(answer_, row_, column))
      return std::nullopt;
    return std::string_view(PQgetvalue(answer_, row_, column),
                            static_cast<std::size_t>(PQgetlength(answer_, row_, column)));
  }

  const PGresult* answer_;
  int row_ = 0;
};

// The query with its values written out.
Result<std::string> with_literals(const Query& query) {
  std::optional<Error> error;
  std::string sql = replace_placeholders(query.text(), [&](std::size_t number) -> std::string {
    if (number == 0 || number > query.values().size()) return "$" + std::to_string(number);
    auto literal = postgres_literal(query.values()[number - 1]);
    if (!literal) error = literal.error();
    return literal.value_or("");
  });
  if (error) return std::unexpected(*std::move(error));
  return sql;
}

}  // namespace

// Rows as COPY hands them out. When they are left before the end, the server is told to stop.
class PostgresConnection::CopiedRows : public Rows {
 public:
  explicit CopiedRows(PostgresConnection& connection) : connection_(&connection) {
    connection.has_open_rows_ = true;
  }
  CopiedRows(const CopiedRows&) = delete;
  CopiedRows& operator=(const CopiedRows&) = delete;
  ~CopiedRows() override {
    if (!connection_) return;
    PostgresConnection& connection = *std::exchange(connection_, nullptr);
    connection.wire_->cancel_copy_out();
    leave(connection);
    if (connection.transaction_ != Transaction::none)
      (void)connection.wire_->run_script("ROLLBACK TO rows");
  }

  Result<const Row*> next() override {
    if (!connection_) return nullptr;
    const auto line = connection_->wire_->next_line();
    if (line && *line) {
      row_.read(**line);
      return &row_;
    }
    PostgresConnection& connection = *std::exchange(connection_, nullptr);
    leave(connection);
    if (!line) return std::unexpected(connection.noted(line.error()));
    return nullptr;
  }

 private:
  static void leave(PostgresConnection& connection) {
    connection.has_open_rows_ = false;
    connection.wire_->be_patient(connection.connector_.patience());
  }

  PostgresConnection* connection_;  // null after the last row
  CopyRow row_;
};

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(PostgresConnector& connector,
                                                                     Access access) {
  std::unique_ptr<PostgresConnection> connection(new PostgresConnection(connector, access));
  TRY(connection->connect());
  return connection;
}

Result<void> PostgresConnection::connect() {
  wire_ = TRY(connector_.connect());
  statements_.clear();
  keeps_plans_.reset();
  if (access_ == Access::write) return {};
  TRY(wire_->run_plain("SET default_transaction_read_only = on"));
  return wire_->send_off();
}

// What writers ask goes by keys.
Result<void> PostgresConnection::choose_planning(const Query& next) {
  const bool keeps_plans = access_ == Access::write || next.keeps_plan();
  if (keeps_plans_ == keeps_plans) return {};
  TRY(wire_->run_plain(keeps_plans ? "SET plan_cache_mode = auto"
                                   : "SET plan_cache_mode = force_custom_plan"));
  keeps_plans_ = keeps_plans;
  return {};
}

Result<void> PostgresConnection::send(const Query& query) {
  TRY(choose_planning(query));
  return send_as_is(query);
}

Result<void> PostgresConnection::send_as_is(const Query& query) {
  TRY(parameters_.set(query.values()));
  auto& statement = statements_.find(query.text(), parameters_.types());
  deallocate(statements_.take_dropped());
  if (!statement.is_prepared) TRY(wire_->prepare(statement.name, statement.sql, statement.types));
  statement.is_prepared = true;
  return wire_->run(statement.name, parameters_);
}

Result<PostgresAnswer> PostgresConnection::finish() {
  auto answer = wire_->finish();
  statements_.settle(answer.has_value());
  // What failed took the setting that went before it along.
  if (!answer) keeps_plans_.reset();
  if (answer) is_snapshot_read_ = true;
  return answer;
}

Result<void> PostgresConnection::enter() {
  wire_->forget_failure();
  if (has_open_rows_)
    return fail(ErrorKind::internal, "the connection is handing out rows and can do nothing else");
  if (first_error_) return std::unexpected(*first_error_);
  return {};
}

Error PostgresConnection::noted(Error error) {
  if (transaction_ == Transaction::write && !first_error_) {
    first_error_ = error;
    first_failure_ = wire_->failure();
  }
  return error;
}

bool PostgresConnection::may_try_again() const {
  const bool has_begun = transaction_ == Transaction::snapshot && is_snapshot_read_;
  const auto why = wire_->failure();
  return access_ == Access::read && transaction_ != Transaction::write && !has_begun &&
         (why == PostgresFailure::lost || why == PostgresFailure::stale);
}

Result<void> PostgresConnection::start_again() {
  if (wire_->failure() == PostgresFailure::lost) {
    TRY(connect());
  } else {
    if (transaction_ == Transaction::snapshot) TRY(wire_->run_plain("ROLLBACK"));
    forget_statements();
  }
  if (transaction_ == Transaction::snapshot) TRY(send(begin_snapshot_statement));
  return {};
}

void PostgresConnection::forget_statements() {
  statements_.clear();
  deallocate({"ALL"});
}

// Apart from what follows, which may be a BEGIN, and nothing may run before that.
void PostgresConnection::deallocate(const std::vector<std::string>& names) {
  for (const std::string& name : names) (void)wire_->run_plain("DEALLOCATE " + name);
  if (!names.empty()) (void)wire_->send_off();
}

Result<PostgresAnswer> PostgresConnection::ask(const Query& query) {
  TRY(enter());
  const auto once = [&]() -> Result<PostgresAnswer> {
    TRY(send(query));
    return finish();
  };
  auto answer = once();
  if (!answer && may_try_again()) {
    TRY(start_again());
    answer = once();
  }
  if (!answer) return std::unexpected(noted(std::move(answer).error()));
  return answer;
}

Result<void> PostgresConnection::each(const Query& query,
                                      const std::function<void(const Row&)>& sink) {
  const PostgresAnswer answer = TRY(ask(query));
  AnswerRow row(answer.get());
  const int count = PQntuples(answer.get());
  for (int i = 0; i < count; ++i) {
    row.move_to(i);
    sink(row);
  }
  return {};
}

Result<std::int64_t> PostgresConnection::execute(const Query& query) {
  const PostgresAnswer answer = TRY(ask(query));
  const std::string_view did = PQcmdStatus(answer.get());
  if (did.starts_with("SELECT")) return 0;
  return std::atoll(PQcmdTuples(answer.get()));
}

Result<void> PostgresConnection::post(const Query& query) {
  TRY(enter());
  if (auto sent = send(query); !sent) return std::unexpected(noted(std::move(sent).error()));
  return {};
}

Result<void> PostgresConnection::insert_rows(const NewRows& rows) {
  if (rows.size() < few_rows || !rows.is_complete()) return Connection::insert_rows(rows);
  TRY(enter());
  std::string lines;
  for (std::size_t i = 0; i < rows.size(); ++i) TRY(append_copy_line(lines, rows.row(i)));
  const auto copy = [&]() -> Result<void> {
    if (wire_->has_unanswered()) TRY(finish());
    TRY(wire_->begin_copy_in(
        fmt::format("COPY {} ({}) FROM STDIN", rows.table(), fmt::join(rows.columns(), ", "))));
    constexpr std::size_t piece = 256 * 1024;
    for (std::size_t at = 0; at < lines.size(); at += piece)
      TRY(wire_->put_copy(std::string_view(lines).substr(at, piece)));
    return wire_->end_copy_in();
  };
  if (auto copied = copy(); !copied) return std::unexpected(noted(std::move(copied).error()));
  return {};
}

Result<void> PostgresConnection::run_script(std::string_view sql) {
  TRY(enter());
  const auto run = [&]() -> Result<void> {
    if (wire_->has_unanswered()) TRY(finish());
    return wire_->run_script(std::string(sql));
  };
  if (auto ran = run(); !ran) return std::unexpected(noted(std::move(ran).error()));
  if (transaction_ == Transaction::write && !wire_->is_in_transaction())
    was_ended_by_script_ = true;
  return {};
}

Result<std::unique_ptr<Rows>> PostgresConnection::open(const Query& query) {
  TRY(enter());
  const std::string copy = fmt::format("COPY ({}) TO STDOUT", TRY(with_literals(query)));
  auto begun = copy_out(copy);
  if (!begun && may_try_again()) {
    TRY(start_again());
    begun = copy_out(copy);
  }
  if (!begun) {
    wire_->be_patient(connector_.patience());
    return std::unexpected(noted(std::move(begun).error()));
  }
  return std::make_unique<CopiedRows>(*this);
}

// However long its rows are pulled, the statement is not to be stopped. When it ends early, what
// was set for it is undone with the transaction, or to the savepoint.
Result<void> PostgresConnection::copy_out(const std::string& copy) {
  if (wire_->has_unanswered()) TRY(finish());
  wire_->be_patient(patience_with_rows);
  if (transaction_ == Transaction::none)
    return wire_->begin_copy_out(
        fmt::format("SET statement_timeout = 0; {}; RESET statement_timeout", copy));
  return wire_->begin_copy_out(
      fmt::format("SAVEPOINT rows; SET LOCAL statement_timeout = 0; {}", copy));
}

Result<void> PostgresConnection::begin_snapshot() {
  if (transaction_ == Transaction::write) return {};
  if (snapshots_ == 0) {
    TRY(enter());
    is_snapshot_read_ = false;
    transaction_ = Transaction::snapshot;
    // It goes with the first read; whether the connection is alive shows there.
    if (!send(begin_snapshot_statement)) {
      if (const auto again = start_again(); !again) {
        transaction_ = Transaction::none;
        return again;
      }
    }
  }
  ++snapshots_;
  return {};
}

void PostgresConnection::end_snapshot() {
  if (transaction_ == Transaction::write || --snapshots_ > 0) return;
  transaction_ = Transaction::none;
  // A read transaction has nothing to lose: when it cannot end, an error has ended it already.
  // Then it takes nothing but this.
  if (send_as_is(commit_statement)) (void)wire_->send_off();
}

bool PostgresConnection::is_free() const {
  return !has_open_rows_ && transaction_ == Transaction::none && !wire_->is_given_up();
}
bool PostgresConnection::is_fit() {
  return is_free() && wire_->is_alive() && !wire_->is_in_transaction();
}

Result<void> PostgresConnection::lock_schema() {
  wire_->be_patient(std::chrono::milliseconds{0});
  auto locked = wire_->run_script(
      fmt::format("SET statement_timeout = 0; SELECT pg_advisory_lock({})", schema_lock));
  if (!locked) wire_->be_patient(connector_.patience());
  return locked;
}

void PostgresConnection::unlock_schema() {
  (void)wire_->run_script("SELECT pg_advisory_unlock_all(); RESET statement_timeout");
  wire_->be_patient(connector_.patience());
}

Result<void> PostgresConnection::begin_write(const std::optional<Query>& fence) {
  transaction_ = Transaction::write;
  was_ended_by_script_ = false;
  first_failure_ = PostgresFailure::none;
  first_error_.reset();
  TRY(post(begin_write_statement));
  if (fence) TRY(post(*fence));
  return {};
}

Result<void> PostgresConnection::commit() {
  if (was_ended_by_script_)
    return fail(ErrorKind::unavailable, "the database undid the transaction; try again");
  if (first_error_) return std::unexpected(*first_error_);
  const auto answer = ask(commit_statement);
  if (!answer && first_failure_ == PostgresFailure::lost) {
    first_failure_ = PostgresFailure::other;
    return fail(ErrorKind::unavailable, fmt::format("{}; whether the change is stored is not known",
                                                    answer.error().message));
  }
  if (!answer) return std::unexpected(answer.error());
  if (std::string_view(PQcmdStatus(answer->get())) != "COMMIT")
    return fail(ErrorKind::unavailable, "the database undid the transaction; try again");
  transaction_ = Transaction::none;
  return {};
}

void PostgresConnection::rollback() {
  transaction_ = Transaction::none;
  first_error_.reset();
  keeps_plans_.reset();
  // Another host may be the primary now.
  if (first_failure_ == PostgresFailure::read_only) wire_->give_up();
  if (!wire_->run_plain("ROLLBACK") || !finish()) return;
  if (first_failure_ == PostgresFailure::stale) forget_statements();
}

}  // namespace sextant::db
