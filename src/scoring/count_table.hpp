// How often each hash occurs, for matching what was removed with what was added. Memory and time
// stay proportional to the number of hashes, even when somebody chose them: a key that finds no
// place within a few steps is not counted, and then simply matches nothing.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace sextant::scoring {

class CountTable {
 public:
  // Empties the table and makes room for this many keys.
  void reset(std::size_t keys) {
    const std::size_t capacity = std::bit_ceil(keys * 2 + 16);
    slots_.assign(capacity, {});
    mask_ = capacity - 1;
  }
  void add(std::uint64_t key) {
    if (Slot* slot = find(key)) {
      slot->key = key ? key : 1;
      ++slot->count;
    }
  }
  // Takes one away, where there is one.
  bool take(std::uint64_t key) {
    Slot* slot = find(key);
    if (!slot || slot->count == 0) return false;
    --slot->count;
    return true;
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t count = 0;
  };
  // The key's slot, or the empty one that it would take.
  Slot* find(std::uint64_t key) {
    constexpr int steps_max = 32;
    if (key == 0) key = 1;
    std::size_t at = key & mask_;
    for (int step = 0; step < steps_max; ++step, at = (at + 1) & mask_)
      if (slots_[at].key == key || slots_[at].key == 0) return &slots_[at];
    return nullptr;
  }

  std::vector<Slot> slots_;
  std::size_t mask_ = 0;
};

}  // namespace sextant::scoring
