#include "db/postgres_connector.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/log.hpp"

namespace sextant::db {
namespace {

using namespace std::chrono_literals;

constexpr int oldest_version = 13;
constexpr auto first_pause = 50ms;
constexpr auto longest_pause = 2000ms;
// How much later than the server's own limit we give a silent server up, at most.
constexpr std::chrono::milliseconds longest_grace = 5s;

Result<void> check_server(const PostgresWire& wire) {
  const int version = wire.server_version() / 10'000;
  if (version < oldest_version)
    return fail(ErrorKind::invalid,
                fmt::format("the {} is PostgreSQL {}; version {} or later is needed", wire.place(),
                            version, oldest_version));
  const std::string encoding = wire.server_parameter("server_encoding");
  if (encoding != "UTF8")
    return fail(ErrorKind::invalid,
                fmt::format("the {} is encoded in {}; make one with ENCODING 'UTF8'", wire.place(),
                            encoding));
  return {};
}

}  // namespace

std::chrono::milliseconds PostgresConnector::patience() const {
  return target_.statement_timeout + std::min(target_.statement_timeout, longest_grace);
}

Result<std::unique_ptr<PostgresWire>> PostgresConnector::connect() {
  {
    const std::lock_guard lock(mutex_);
    if (failures_ > 0 && (is_trying_ || std::chrono::steady_clock::now() < not_before_))
      return std::unexpected(last_error_);
    is_trying_ = true;
  }
  auto wire = attempt();
  const std::lock_guard lock(mutex_);
  is_trying_ = false;
  if (!wire) {
    note_failure(wire.error());
  } else if (failures_ > 0) {
    failures_ = 0;
    log::info("store.reachable", {{"store", (*wire)->place()}});
  }
  return wire;
}

Result<std::unique_ptr<PostgresWire>> PostgresConnector::attempt() const {
  auto wire = TRY(PostgresWire::connect(target_));
  TRY(check_server(*wire));
  wire->be_patient(patience());
  return wire;
}

void PostgresConnector::note_failure(const Error& error) {
  const auto now = std::chrono::steady_clock::now();
  last_error_ = error;
  if (now < not_before_) return;  // several tried at the same time
  if (failures_ == 0) log::warning("store.unreachable", {{"error", error.message}});
  auto pause = std::min(longest_pause, first_pause * (1 << std::min(failures_, 10)));
  pause = pause / 2 + std::chrono::milliseconds(random_() % static_cast<unsigned>(pause.count()));
  ++failures_;
  not_before_ = now + pause;
}

}  // namespace sextant::db
