#include "db/postgres_wire.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "base/log.hpp"

namespace sextant::db {
namespace {

using std::chrono::steady_clock;

// So much may wait to be sent, and so many statements for their answers, before we see to them.
constexpr std::size_t queued_bytes_most = 64 * 1024;
constexpr int unanswered_most = 4096;

std::string place_of(const PGconn* connection) {
  const auto text = [](const char* value) { return std::string(value ? value : ""); };
  const std::string host = text(PQhost(connection));
  return fmt::format("database {} at {}:{}", text(PQdb(connection)),
                     host.empty() ? "the local socket" : host, text(PQport(connection)));
}

void log_notice(void*, const PGresult* notice) {
  const char* state = PQresultErrorField(notice, PG_DIAG_SQLSTATE);
  // Warnings are in class 01, chatter in 00.
  if (!state || std::string_view(state).starts_with("00")) return;
  const char* said = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
  log::debug("store.notice", {{"state", state}, {"said", said ? said : ""}});
}

std::string_view field(const PGresult* answer, int code) {
  const char* text = PQresultErrorField(answer, code);
  return text ? text : "";
}

}  // namespace

void ClearPostgresAnswer::operator()(pg_result* answer) const {
  PQclear(answer);
}
void PostgresWire::FreeMemory::operator()(char* memory) const {
  PQfreemem(memory);
}

Result<std::unique_ptr<PostgresWire>> PostgresWire::connect(const PostgresTarget& target) {
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& parameter : target.parameters) {
    names.push_back(parameter.name.c_str());
    values.push_back(parameter.value.reveal().c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  PGconn* connection = PQconnectdbParams(names.data(), values.data(), 0);
  if (!connection) return fail(ErrorKind::unavailable, "no memory for a connection");
  std::unique_ptr<PostgresWire> wire(new PostgresWire(connection));
  if (PQstatus(connection) != CONNECTION_OK) {
    const char* user = PQuser(connection);
    return std::unexpected(
        postgres_connect_error(PQerrorMessage(connection), user ? user : "", wire->place_));
  }
  PQsetNoticeReceiver(connection, log_notice, nullptr);
  PQsetnonblocking(connection, 1);
  wire->enter_pipeline();
  return wire;
}

PostgresWire::PostgresWire(pg_conn* connection)
    : connection_(connection), place_(place_of(connection)) {}

PostgresWire::~PostgresWire() {
  PQfinish(connection_);
}

int PostgresWire::server_version() const {
  return PQserverVersion(connection_);
}
std::string PostgresWire::server_parameter(const char* name) const {
  const char* value = PQparameterStatus(connection_, name);
  return value ? value : "";
}

bool PostgresWire::is_alive() {
  if (is_given_up_ || PQstatus(connection_) != CONNECTION_OK) return false;
  if (unanswered_syncs_ > 0) return finish().has_value();
  // With nothing asked, a server has notices to say, or that it goes; and then it closes.
  while (true) {
    char byte;
    const auto peeked = recv(PQsocket(connection_), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (peeked < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    if (peeked == 0 || PQconsumeInput(connection_) != 1) return false;
    (void)PQisBusy(connection_);  // reads what came
  }
}

bool PostgresWire::is_in_transaction() const {
  return PQtransactionStatus(connection_) != PQTRANS_IDLE;
}

Result<void> PostgresWire::prepare(const std::string& name, const std::string& sql,
                                   std::span<const PostgresType> types) {
  return queued(PQsendPrepare(connection_, name.c_str(), sql.c_str(),
                              static_cast<int>(types.size()), types.data()),
                sql.size());
}

Result<void> PostgresWire::run(const std::string& name, const PostgresParameters& parameters) {
  return queued(
      PQsendQueryPrepared(connection_, name.c_str(), parameters.count(), parameters.values(),
                          parameters.lengths(), parameters.formats(), 0),
      parameters.bytes());
}

Result<void> PostgresWire::run_plain(const std::string& sql) {
  return queued(
      PQsendQueryParams(connection_, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0),
      sql.size());
}

Result<void> PostgresWire::queued(int accepted, std::size_t bytes) {
  if (is_given_up_ || accepted != 1) return lost(PQerrorMessage(connection_));
  ++unanswered_;
  queued_bytes_ += bytes;
  if (queued_bytes_ > queued_bytes_most) TRY(flush());
  if (unanswered_ >= unanswered_most) TRY(finish());
  return {};
}

Result<void> PostgresWire::send_off() {
  if (is_given_up_ || PQpipelineSync(connection_) != 1) return lost(PQerrorMessage(connection_));
  ++unanswered_syncs_;
  return flush();
}

Result<PostgresAnswer> PostgresWire::finish() {
  if (is_given_up_ || PQpipelineSync(connection_) != 1) return lost(PQerrorMessage(connection_));
  ++unanswered_syncs_;
  PostgresAnswer last;
  std::optional<Error> first_error;
  PostgresFailure first_failure = PostgresFailure::none;
  while (unanswered_syncs_ > 0) {
    PostgresAnswer answer = TRY(next_answer());
    if (!answer) {
      if (PQstatus(connection_) != CONNECTION_OK) return lost(PQerrorMessage(connection_));
      continue;  // the end of one statement's answers
    }
    switch (PQresultStatus(answer.get())) {
      case PGRES_PIPELINE_SYNC:
        --unanswered_syncs_;
        break;
      case PGRES_TUPLES_OK:
      case PGRES_COMMAND_OK:
      case PGRES_EMPTY_QUERY:
        last = std::move(answer);
        break;
      case PGRES_PIPELINE_ABORTED:
        break;
      default:
        if (auto error = failed(answer.get()); !first_error) {
          first_error = std::move(error).error();
          first_failure = failure_;
        }
        if (first_failure == PostgresFailure::lost) return std::unexpected(*first_error);
    }
  }
  unanswered_ = 0;
  if (!first_error) return last;
  failure_ = first_failure;
  return std::unexpected(*std::move(first_error));
}

Result<void> PostgresWire::run_script(const std::string& sql) {
  TRY(leave_pipeline());
  if (PQsendQuery(connection_, sql.c_str()) != 1) return lost(PQerrorMessage(connection_));
  const auto ran = finish_script();
  enter_pipeline();
  return ran;
}

Result<void> PostgresWire::begin_copy_in(const std::string& sql) {
  return begin_copy(sql, PGRES_COPY_IN);
}
Result<void> PostgresWire::begin_copy_out(const std::string& sql) {
  return begin_copy(sql, PGRES_COPY_OUT);
}

Result<void> PostgresWire::begin_copy(const std::string& sql, int wanted) {
  TRY(leave_pipeline());
  if (PQsendQuery(connection_, sql.c_str()) != 1) return lost(PQerrorMessage(connection_));
  while (PostgresAnswer answer = TRY(next_answer())) {
    const auto status = PQresultStatus(answer.get());
    if (static_cast<int>(status) == wanted) return {};
    if (status == PGRES_COMMAND_OK) continue;  // what stands before the COPY
    const auto error = failed(answer.get());
    (void)finish_script();
    enter_pipeline();
    return error;
  }
  enter_pipeline();
  return fail(ErrorKind::internal, "the statement is no COPY");
}

Result<void> PostgresWire::put_copy(std::string_view bytes) {
  while (true) {
    const int put = PQputCopyData(connection_, bytes.data(), static_cast<int>(bytes.size()));
    if (put < 0) return lost(PQerrorMessage(connection_));
    TRY(flush());
    if (put == 1) return {};
  }
}

Result<void> PostgresWire::end_copy_in() {
  while (true) {
    const int ended = PQputCopyEnd(connection_, nullptr);
    if (ended < 0) return lost(PQerrorMessage(connection_));
    if (ended == 1) break;
    TRY(flush());
  }
  const auto ran = finish_script();
  enter_pipeline();
  return ran;
}

Result<std::optional<std::span<char>>> PostgresWire::next_line() {
  std::optional<steady_clock::time_point> since;
  while (true) {
    char* bytes = nullptr;
    const int length = PQgetCopyData(connection_, &bytes, 1);
    line_.reset(bytes);
    if (length > 0) return std::span(bytes, static_cast<std::size_t>(length - 1));
    if (length < 0) break;
    if (!since) since = steady_clock::now();
    TRY(wait(false, *since));
  }
  const auto ended = finish_script();
  enter_pipeline();
  if (!ended) return std::unexpected(ended.error());
  return std::nullopt;
}

void PostgresWire::cancel_copy_out() {
  const std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> cancel(PQgetCancel(connection_),
                                                                  PQfreeCancel);
  std::array<char, 256> why{};
  if (!cancel || !PQcancel(cancel.get(), why.data(), why.size())) return void(lost(why.data()));
  for (auto line = next_line(); line && *line;) line = next_line();
}

Result<void> PostgresWire::leave_pipeline() {
  if (is_given_up_) return lost("it was given up");
  if (unanswered_ > 0 || unanswered_syncs_ > 0) TRY(finish());
  if (PQexitPipelineMode(connection_) != 1) return lost(PQerrorMessage(connection_));
  return {};
}

void PostgresWire::enter_pipeline() {
  if (PQenterPipelineMode(connection_) != 1 && PQstatus(connection_) == CONNECTION_OK)
    (void)lost(PQerrorMessage(connection_));
}

// Waits for the answers to a script: nothing, or its first failure.
Result<void> PostgresWire::finish_script() {
  std::optional<Error> first_error;
  PostgresFailure first_failure = PostgresFailure::none;
  while (PostgresAnswer answer = TRY(next_answer())) {
    const auto status = PQresultStatus(answer.get());
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT)
      return lost("a script holds a COPY, which only insert_rows and open know to feed");
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY)
      continue;
    if (auto error = failed(answer.get()); !first_error) {
      first_error = std::move(error).error();
      first_failure = failure_;
    }
    if (PQstatus(connection_) != CONNECTION_OK) break;
  }
  if (!first_error && PQstatus(connection_) != CONNECTION_OK)
    return lost(PQerrorMessage(connection_));
  if (!first_error) return {};
  failure_ = first_failure;
  return std::unexpected(*std::move(first_error));
}

Result<void> PostgresWire::flush() {
  const auto since = steady_clock::now();
  while (true) {
    const int left = PQflush(connection_);
    if (left < 0) return lost(PQerrorMessage(connection_));
    if (left == 0) break;
    TRY(wait(true, since));
  }
  queued_bytes_ = 0;
  return {};
}

Result<PostgresAnswer> PostgresWire::next_answer() {
  const auto since = steady_clock::now();
  while (true) {
    const int left = PQflush(connection_);
    if (!PQisBusy(connection_)) break;
    // What the server said before it went may still be there to be read.
    TRY(wait(left > 0, since));
  }
  queued_bytes_ = 0;
  return PostgresAnswer(PQgetResult(connection_));
}

// Until there is something to read, or room to write.
Result<void> PostgresWire::wait(bool to_write, steady_clock::time_point since) {
  pollfd socket{.fd = PQsocket(connection_),
                .events = static_cast<short>(to_write ? POLLIN | POLLOUT : POLLIN),
                .revents = 0};
  if (is_given_up_ || socket.fd < 0) return lost(PQerrorMessage(connection_));
  int left_ms = -1;
  if (patience_.count() > 0) {
    const auto left = patience_ - (steady_clock::now() - since);
    left_ms = static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
    if (left_ms <= 0) return lost("it does not answer");
  }
  const int ready = poll(&socket, 1, left_ms);
  if (ready < 0 && errno != EINTR) return lost(std::strerror(errno));
  // When the server has gone, its last words are read first; the next wait fails.
  if (ready > 0 && (socket.revents & ~POLLOUT) != 0) (void)PQconsumeInput(connection_);
  return {};
}

std::unexpected<Error> PostgresWire::failed(const pg_result* answer) {
  std::string_view state = field(answer, PG_DIAG_SQLSTATE);
  if (state.empty()) return lost(PQresultErrorMessage(answer));
  // A standby has no serializable transactions at all, and says that first.
  if (state == "0A000" && server_parameter("in_hot_standby") == "on") state = "25006";
  failure_ = postgres_failure(state);
  if (failure_ == PostgresFailure::lost) is_given_up_ = true;
  return std::unexpected(postgres_error(state, field(answer, PG_DIAG_MESSAGE_PRIMARY), place_));
}

std::unexpected<Error> PostgresWire::lost(std::string_view why) {
  failure_ = PostgresFailure::lost;
  is_given_up_ = true;
  return std::unexpected(postgres_error("08006", why, place_));
}

}  // namespace sextant::db
