// The connections to PostgreSQL that are open, a bounded number. Whoever finds none free waits, and
// not for ever.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "db/postgres_connection.hpp"

namespace sextant::db {

class PostgresPool {
 public:
  PostgresPool(PostgresConnector& connector, Access access, int most,
               std::chrono::milliseconds wait)
      : connector_(connector), access_(access), most_(most), wait_(wait) {}

  // `unavailable` when none comes free in time.
  Result<std::unique_ptr<PostgresConnection>> lend();
  // One that is dead, or has something under way, is closed.
  void give_back(std::unique_ptr<PostgresConnection> connection);

 private:
  using Connections = std::vector<std::unique_ptr<PostgresConnection>>;

  Result<std::unique_ptr<PostgresConnection>> take_turn();
  void end_turn();

  PostgresConnector& connector_;
  const Access access_;
  const int most_;
  const std::chrono::milliseconds wait_;
  std::mutex mutex_;
  std::condition_variable has_room_;
  int lent_ = 0;
  Connections idle_;
};

}  // namespace sextant::db
