// One open connection to a PostgreSQL server. Statements go out without waiting; their answers come
// back in the same order (libpq's pipeline mode). Every wait has an end: a server that does not
// answer within its time is given up.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "db/postgres_error.hpp"
#include "db/postgres_url.hpp"
#include "db/postgres_values.hpp"

struct pg_conn;
struct pg_result;

namespace sextant::db {

struct ClearPostgresAnswer {
  void operator()(pg_result* answer) const;
};
using PostgresAnswer = std::unique_ptr<pg_result, ClearPostgresAnswer>;

class PostgresWire {
 public:
  // One attempt, bounded by the target's connect_timeout for each host.
  static Result<std::unique_ptr<PostgresWire>> connect(const PostgresTarget& target);
  PostgresWire(const PostgresWire&) = delete;
  PostgresWire& operator=(const PostgresWire&) = delete;
  ~PostgresWire();

  // "database acme at db.example.org:5432"
  const std::string& place() const { return place_; }
  // The server's version as libpq counts: 150004 is 15.4.
  int server_version() const;
  std::string server_parameter(const char* name) const;
  // Notices without waiting that the server has gone.
  bool is_alive();
  bool is_in_transaction() const;  // as of the last answer
  // From now on it counts as lost.
  void give_up() { is_given_up_ = true; }
  bool is_given_up() const { return is_given_up_; }
  // Why the last thing that failed did.
  PostgresFailure failure() const { return failure_; }
  void forget_failure() { failure_ = is_given_up_ ? PostgresFailure::lost : PostgresFailure::none; }
  // How long the server may be silent while we wait; zero: for ever.
  void be_patient(std::chrono::milliseconds patience) { patience_ = patience; }

  Result<void> prepare(const std::string& name, const std::string& sql,
                       std::span<const PostgresType> types);
  Result<void> run(const std::string& name, const PostgresParameters& parameters);
  Result<void> run_plain(const std::string& sql);
  bool has_unanswered() const { return unanswered_ > 0; }
  // Sends what is queued, and comes back before it is answered.
  Result<void> send_off();
  // Waits until all is answered: the answer to the last statement, or the first failure. What was
  // queued after a failing statement has not run.
  Result<PostgresAnswer> finish();

  // Any number of statements without values, one after the other.
  Result<void> run_script(const std::string& sql);

  // COPY: `sql` begins it, and nothing else runs until it has ended.
  Result<void> begin_copy_in(const std::string& sql);
  Result<void> put_copy(std::string_view bytes);
  Result<void> end_copy_in();
  Result<void> begin_copy_out(const std::string& sql);
  // The next line without its end, valid until the next call; null after the last.
  Result<std::optional<std::span<char>>> next_line();
  // Ends a COPY of which nobody wants the rest.
  void cancel_copy_out();

 private:
  struct FreeMemory {
    void operator()(char* memory) const;
  };

  explicit PostgresWire(pg_conn* connection);

  Result<void> queued(int accepted, std::size_t bytes);
  Result<void> leave_pipeline();
  void enter_pipeline();
  Result<void> begin_copy(const std::string& sql, int wanted);
  Result<void> flush();
  Result<PostgresAnswer> next_answer();
  Result<void> finish_script();
  Result<void> wait(bool to_write, std::chrono::steady_clock::time_point since);
  std::unexpected<Error> failed(const pg_result* answer);
  std::unexpected<Error> lost(std::string_view why);

  pg_conn* connection_;
  std::string place_;
  std::chrono::milliseconds patience_{0};
  PostgresFailure failure_ = PostgresFailure::none;
  bool is_given_up_ = false;
  int unanswered_ = 0;  // statements sent, or queued, since all was answered
  int unanswered_syncs_ = 0;
  std::size_t queued_bytes_ = 0;
  std::unique_ptr<char, FreeMemory> line_;
};

}  // namespace sextant::db
