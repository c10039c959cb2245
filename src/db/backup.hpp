// Copies of the embedded store as single files: made while it is in use, and put in its place.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/result.hpp"
#include "db/database.hpp"

namespace sextant::db {

enum class Overwrite { no, yes };

struct Backup {
  std::filesystem::path file;
  std::uintmax_t bytes = 0;
};

// Copies the store as it stands at one moment, whatever its schema; servers and commands go on
// meanwhile. `file` appears when the copy is whole, checked and on the disk: until then it lies in
// "FILE.part", which the next backup to the same file begins anew.
Result<Backup> back_up(const std::filesystem::path& store, const std::filesystem::path& file,
                       Overwrite overwrite);

struct Restored {
  std::filesystem::path kept;  // the store that was there before; empty: none
  bool was_damaged = false;    // so that its log, where it had one, is kept beside it as it was
};

// Puts a copy of `file` in the place of the store, which nobody may have open: see lock_store. The
// copy is first checked, brought to this program's schema and handed to `prepare`. Whenever this is
// interrupted, there is either the old store or the new one.
Result<Restored> restore(const std::filesystem::path& store, const std::filesystem::path& file,
                         Instant now, const std::function<Result<void>(Database&)>& prepare);

}  // namespace sextant::db
