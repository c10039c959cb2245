#include <sqlite3.h>

#include "db/sqlite_connection.hpp"

namespace sextant::db {

StatementCache::Statement* StatementCache::find(const std::string& sql) {
  const auto found = by_text_.find(sql);
  if (found == by_text_.end() || found->second->is_lent) return nullptr;
  statements_.splice(statements_.begin(), statements_, found->second);
  found->second->is_lent = true;
  return &*found->second;
}

StatementCache::Statement* StatementCache::add(const std::string& sql, sqlite3_stmt* handle) {
  statements_.push_front({.sql = sql, .handle = handle, .is_lent = true});
  Statement& statement = statements_.front();
  statement.is_kept = by_text_.emplace(statement.sql, statements_.begin()).second;
  if (by_text_.size() > most) {
    auto last = std::prev(statements_.end());
    while (last->is_lent && last != statements_.begin()) --last;
    if (!last->is_lent) drop(last);
  }
  return &statement;
}

void StatementCache::give_back(Statement* statement) {
  sqlite3_reset(statement->handle);
  sqlite3_clear_bindings(statement->handle);
  statement->is_lent = false;
  if (statement->is_kept) return;
  sqlite3_finalize(statement->handle);
  statements_.remove_if([&](const Statement& one) { return &one == statement; });
}

void StatementCache::drop(std::list<Statement>::iterator at) {
  sqlite3_finalize(at->handle);
  by_text_.erase(at->sql);
  statements_.erase(at);
}

void StatementCache::clear() {
  for (const Statement& statement : statements_) sqlite3_finalize(statement.handle);
  by_text_.clear();
  statements_.clear();
}

}  // namespace sextant::db
