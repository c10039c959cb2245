#include "leads/keyword_literals.hpp"

#include <hs/hs.h>

#include <atomic>
#include <limits>
#include <new>
#include <stdexcept>
#include <vector>

namespace sextant::leads {
namespace {

// What vectorscan works with, one for each thread: it grows to fit every database it was made
// ready for.
class Scratch {
 public:
  Scratch() = default;
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { hs_free_scratch(scratch_); }

  hs_scratch_t* ready_for(const hs_database_t* database, std::uint64_t id) {
    if (id == last_id_) return scratch_;
    if (hs_alloc_scratch(database, &scratch_) != HS_SUCCESS) throw std::bad_alloc();
    last_id_ = id;
    return scratch_;
  }

 private:
  hs_scratch_t* scratch_ = nullptr;
  std::uint64_t last_id_ = 0;
};

std::uint64_t next_id() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

void LiteralScanner::Free::operator()(hs_database* database) const {
  hs_free_database(database);
}

Result<LiteralScanner> LiteralScanner::compile(std::span<const std::string> literals) {
  LiteralScanner scanner;
  if (literals.empty()) return scanner;
  const auto count = literals.size();
  std::vector<const char*> expressions(count);
  std::vector<std::size_t> lengths(count);
  std::vector<unsigned> numbers(count);
  for (std::size_t i = 0; i < count; ++i) {
    expressions[i] = literals[i].data();
    lengths[i] = literals[i].size();
    numbers[i] = static_cast<unsigned>(i);
  }
  const std::vector<unsigned> flags(count, 0u);
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_lit_multi(expressions.data(), flags.data(), numbers.data(), lengths.data(),
                           static_cast<unsigned>(count), HS_MODE_BLOCK, nullptr, &database,
                           &error) != HS_SUCCESS) {
    const std::string message = error ? error->message : "no reason given";
    hs_free_compile_error(error);
    return fail(ErrorKind::internal, "compile field names: " + message);
  }
  scanner.database_.reset(database);
  scanner.id_ = next_id();
  return scanner;
}

void LiteralScanner::scan_with(std::string_view text, Callback callback, void* context) const {
  if (!database_ || text.empty()) return;
  thread_local Scratch scratch;
  // With a database of ours and room to work in, only a text of 4 GiB and more is refused.
  if (text.size() > std::numeric_limits<unsigned>::max() ||
      hs_scan(database_.get(), text.data(), static_cast<unsigned>(text.size()), 0,
              scratch.ready_for(database_.get(), id_), callback, context) != HS_SUCCESS)
    throw std::length_error("text to scan");
}

}  // namespace sextant::leads
