// A few strings looked for in one pass over much text, by vectorscan.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.hpp"

struct hs_database;

namespace sextant::leads {

// Compiled once, never changed; any number of threads may ask.
class LiteralScanner {
 public:
  // Each literal once, none empty; the literal's place in the list is its number.
  static Result<LiteralScanner> compile(std::span<const std::string> literals);

  // Calls found(number, end) for every place, with the offset behind the literal; in no order to
  // rely on. `found` must not scan. Texts are shorter than 4 GiB.
  template <typename Found>
  void scan(std::string_view text, Found&& found) const {
    scan_with(
        text,
        [](unsigned number, unsigned long long, unsigned long long end, unsigned, void* context) {
          (*static_cast<std::remove_reference_t<Found>*>(context))(number,
                                                                   static_cast<std::size_t>(end));
          return 0;
        },
        &found);
  }

 private:
  struct Free {
    void operator()(hs_database* database) const;
  };
  using Callback = int (*)(unsigned number, unsigned long long begin, unsigned long long end,
                           unsigned flags, void* context);

  void scan_with(std::string_view text, Callback callback, void* context) const;

  std::unique_ptr<hs_database, Free> database_;  // none for no literals
  std::uint64_t id_ = 0;
};

}  // namespace sextant::leads
