// The prepared statements of one connection by their text; those longest out of use go first.
#pragma once

#include <list>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "db/postgres_values.hpp"

namespace sextant::db {

class PostgresStatements {
 public:
  static constexpr std::size_t most = 100;

  struct Statement {
    std::string sql;
    std::string name;
    std::vector<PostgresType> types;
    bool is_prepared = false;  // the server has it, or will before it is run
    bool is_certain = false;   // it has said so
  };

  // The statement of this text for values of these types, prepared or to be prepared. A type that
  // is left open fits any; one statement serves whatever values are null.
  Statement& find(const std::string& sql, std::span<const PostgresType> types);
  // What the server may forget; each is named once.
  std::vector<std::string> take_dropped() { return std::exchange(dropped_, {}); }

  // Whether those of which we were not certain are prepared: all was answered, or something failed.
  void settle(bool all_went_well);
  void clear();

 private:
  using Statements = std::list<Statement>;
  void drop(Statements::iterator at);

  Statements statements_;  // the latest used first
  std::unordered_map<std::string_view, Statements::iterator> by_text_;
  std::vector<std::string> dropped_;
  bool is_uncertain_ = false;
  std::uint64_t named_ = 0;
};

}  // namespace sextant::db
