// Makes connections to PostgreSQL. While the server is away it says so at once, and tries again
// only after a pause that grows, so that a dead server is not hammered and nobody waits for it.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <random>

#include "db/postgres_wire.hpp"

namespace sextant::db {

class PostgresConnector {
 public:
  explicit PostgresConnector(PostgresTarget target) : target_(std::move(target)) {}

  // A connection to a server that we can work with; the kind of error is `invalid` where trying
  // again would not help.
  Result<std::unique_ptr<PostgresWire>> connect();
  // How long a server may keep us waiting; zero: for ever.
  std::chrono::milliseconds patience() const;

 private:
  using Time = std::chrono::steady_clock::time_point;

  Result<std::unique_ptr<PostgresWire>> attempt() const;
  void note_failure(const Error& error);

  const PostgresTarget target_;
  std::mutex mutex_;
  int failures_ = 0;  // in a row
  bool is_trying_ = false;
  Time not_before_;
  Error last_error_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace sextant::db
