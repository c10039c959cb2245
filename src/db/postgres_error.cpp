#include "db/postgres_error.hpp"

#include <string>

#include <fmt/format.h>

namespace sextant::db {
namespace {

// A message of several lines as one, without its end.
std::string one_line(std::string_view said) {
  std::string line;
  for (const char c : said)
    if (c != '\n' && c != '\t')
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  while (line.ends_with(' ') || line.ends_with('.')) line.pop_back();
  return line;
}

bool is_lost(std::string_view state) {
  // Shut down, crashed, starting; idle for too long; a broken connection or protocol.
  const bool is_broken = state.starts_with("08") && state != "08P01";  // a wrong number of values
  return is_broken || state.starts_with("57P") || state == "25P03";
}

}  // namespace

PostgresFailure postgres_failure(std::string_view state) {
  if (is_lost(state)) return PostgresFailure::lost;
  if (state == "40001" || state == "40P01") return PostgresFailure::race;
  if (state == "23505") return PostgresFailure::duplicate;
  // "cached plan must not change result type"; "prepared statement does not exist".
  if (state == "0A000" || state == "26000") return PostgresFailure::stale;
  if (state == "25006") return PostgresFailure::read_only;
  return PostgresFailure::other;
}

Error postgres_error(std::string_view state, std::string_view said, std::string_view place) {
  const std::string cause = one_line(said);
  const auto unavailable = [&](std::string message) {
    return Error{ErrorKind::unavailable, std::move(message)};
  };
  switch (postgres_failure(state)) {
    case PostgresFailure::lost:
      return unavailable(fmt::format("the connection to the {} is lost: {}", place, cause));
    case PostgresFailure::race:
      return unavailable(fmt::format(
          "the {} is busy: other writers were in the way again and again; try again", place));
    case PostgresFailure::duplicate:
      return {ErrorKind::conflict, cause};
    case PostgresFailure::read_only:
      return unavailable(fmt::format(
          "the {} takes no writes ({}); it is a standby perhaps: name the primary in the URL, or "
          "all hosts",
          place, cause));
    default:
      break;
  }
  if (state == "53100")
    return unavailable(fmt::format(
        "the disk of the {} is full; reads go on, free some space and writes resume", place));
  if (state.starts_with("53") || state.starts_with("58"))
    return unavailable(fmt::format("the {} is short of something: {}", place, cause));
  if (state == "57014" || state == "55P03")
    return unavailable(fmt::format("the {} took too long: {}", place, cause));
  if (state == "22021" || state == "22P05")
    return {ErrorKind::invalid, fmt::format("the {} takes no such text: {}", place, cause)};
  if (state.starts_with("XX"))
    return {ErrorKind::internal, fmt::format("the {} may be damaged: {}", place, cause)};
  if (state == "23P01") return {ErrorKind::conflict, cause};
  return {ErrorKind::internal, cause};
}

Error postgres_connect_error(std::string_view said, std::string_view user, std::string_view place) {
  const std::string cause = one_line(said);
  const auto says = [&](std::string_view words) { return cause.contains(words); };
  std::string mend;
  if (says("password authentication failed") || says("no password supplied") || says("role \""))
    mend = fmt::format("the login of {} is refused: see to user and password in the URL", user);
  else if (says("no pg_hba.conf entry"))
    mend = fmt::format("the login of {} is refused: see to pg_hba.conf on the server", user);
  else if (says("database \"") && says("does not exist"))
    mend = "there is no such database: make it with CREATE DATABASE, or see to the URL";
  else if (says("too many clients") || says("remaining connection slots"))
    mend = "the server has too many connections: raise max_connections, or lower ours";
  else if (says("hot standby") || says("read-only"))
    mend = "it is a read-only standby: name the primary in the URL, or all hosts";
  else if (says("starting up") || says("shutting down") || says("recovery mode"))
    mend = "the server is starting or stopping: try again";
  else
    mend = "see that the server runs and that the URL is right";
  return {ErrorKind::unavailable,
          fmt::format("the {} cannot be reached; {} ({})", place, mend, cause)};
}

}  // namespace sextant::db
