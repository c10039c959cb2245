// The way out of the embedded store: everything in it into PostgreSQL.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "db/database.hpp"
#include "db/tables.hpp"

namespace sextant::db {

struct MovedTable {
  std::string name;
  TableDigest digest;  // the same on both sides
};

struct Move {
  bool was_done = false;  // before this time: there was nothing left to do
  std::vector<MovedTable> tables;
};

// How many rows have been copied ("copied") or compared ("compared"), of how many.
using MoveProgress =
    std::function<void(std::string_view doing, std::int64_t done, std::int64_t total)>;

// Copies every table of the embedded `source` into `target`, slice by slice in the order of its
// key, and compares the two. Nobody may write to the source meanwhile. Interrupted at any moment it
// is begun again, and goes on; what the source has changed since is copied anew. Refuses a target
// with other data in it, and leaves that as it is.
Result<Move> move_store(Database& source, Database& target, const MoveProgress& progress,
                        std::size_t slice_bytes = 4 * 1024 * 1024);

// Until a move has ended, its target is no store to work with: `conflict`.
Result<void> refuse_unfinished_move(Connection& connection);

}  // namespace sextant::db
