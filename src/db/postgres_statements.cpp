#include "db/postgres_statements.hpp"

namespace sextant::db {
namespace {

bool fits(std::span<const PostgresType> prepared, std::span<const PostgresType> given) {
  if (prepared.size() != given.size()) return false;
  for (std::size_t i = 0; i < given.size(); ++i)
    if (given[i] != type_from_context && given[i] != prepared[i]) return false;
  return true;
}

}  // namespace

PostgresStatements::Statement& PostgresStatements::find(const std::string& sql,
                                                        std::span<const PostgresType> types) {
  std::vector<PostgresType> wanted(types.begin(), types.end());
  if (const auto found = by_text_.find(sql); found != by_text_.end()) {
    const auto at = found->second;
    if (fits(at->types, types)) {
      statements_.splice(statements_.begin(), statements_, at);
      return *at;
    }
    // What was left open before is known now, and what is left open now was known before.
    for (std::size_t i = 0; i < wanted.size() && i < at->types.size(); ++i)
      if (wanted[i] == type_from_context) wanted[i] = at->types[i];
    drop(at);
  }
  while (by_text_.size() >= most) drop(std::prev(statements_.end()));
  statements_.push_front({.sql = sql, .name = "s" + std::to_string(++named_), .types = wanted});
  by_text_.emplace(statements_.front().sql, statements_.begin());
  is_uncertain_ = true;
  return statements_.front();
}

void PostgresStatements::settle(bool all_went_well) {
  if (!is_uncertain_) return;
  is_uncertain_ = false;
  for (auto at = statements_.begin(); at != statements_.end();) {
    const auto next = std::next(at);
    if (all_went_well)
      at->is_certain = true;
    else if (!at->is_certain) {
      by_text_.erase(at->sql);
      statements_.erase(at);
    }
    at = next;
  }
}

void PostgresStatements::clear() {
  by_text_.clear();
  statements_.clear();
  dropped_.clear();
}

void PostgresStatements::drop(Statements::iterator at) {
  if (at->is_certain) dropped_.push_back(at->name);
  by_text_.erase(at->sql);
  statements_.erase(at);
}

}  // namespace sextant::db
