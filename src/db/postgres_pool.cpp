#include "db/postgres_pool.hpp"

#include <fmt/format.h>

namespace sextant::db {

Result<std::unique_ptr<PostgresConnection>> PostgresPool::lend() {
  while (true) {
    auto idle = TRY(take_turn());
    if (!idle) break;
    if (idle->is_fit()) return idle;
    end_turn();
  }
  auto opened = PostgresConnection::open(connector_, access_);
  if (!opened) end_turn();
  return opened;
}

// The right to hold a connection, and one that is open already, if there is: the last one given
// back, whose statements are the freshest.
Result<std::unique_ptr<PostgresConnection>> PostgresPool::take_turn() {
  std::unique_lock lock(mutex_);
  if (!has_room_.wait_for(lock, wait_, [&] { return lent_ < most_; }))
    return fail(ErrorKind::unavailable,
                fmt::format("the database's {} connections for {} are all in use; try again", most_,
                            access_ == Access::read ? "reading" : "writing"));
  ++lent_;
  if (idle_.empty()) return nullptr;
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void PostgresPool::end_turn() {
  const std::lock_guard lock(mutex_);
  --lent_;
  has_room_.notify_one();
}

void PostgresPool::give_back(std::unique_ptr<PostgresConnection> connection) {
  if (!connection->is_free()) connection.reset();
  const std::lock_guard lock(mutex_);
  if (connection) idle_.push_back(std::move(connection));
  --lent_;
  has_room_.notify_one();
}

}  // namespace sextant::db
