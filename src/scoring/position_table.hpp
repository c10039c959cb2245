// Where each hash occurs, in order, for matching what was removed with what was added. Memory and
// time stay proportional to the number of hashes, even when somebody chose them: a key that finds
// no place within a few steps is not kept, and then simply matches nothing.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

namespace sextant::scoring {

class PositionTable {
 public:
  // Empties the table and makes room for positions below `count`.
  void reset(std::size_t count) {
    const std::size_t capacity = std::bit_ceil(count * 2 + 16);
    slots_.assign(capacity, {});
    mask_ = capacity - 1;
    next_.assign(count, none);
  }
  // Positions of one key come in rising order, each once.
  void add(std::uint64_t key, std::uint32_t position) {
    Slot* slot = find(key);
    if (!slot) return;
    if (slot->last == none)
      *slot = {key, position, position};
    else
      slot->last = next_[slot->last] = position;
  }
  // The key's first position that `is_free`; those before it are not looked at again.
  template <typename IsFree>
  std::optional<std::uint32_t> take(std::uint64_t key, IsFree is_free) {
    Slot* slot = find(key);
    if (!slot || slot->last == none) return std::nullopt;
    while (slot->first != none) {
      const std::uint32_t position = slot->first;
      slot->first = next_[position];
      if (is_free(position)) return position;
    }
    return std::nullopt;
  }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t first = none;
    std::uint32_t last = none;  // none: an empty slot
  };
  // The key's slot, or the empty one that it would take.
  Slot* find(std::uint64_t key) {
    constexpr int steps_max = 32;
    std::size_t at = key & mask_;
    for (int step = 0; step < steps_max; ++step, at = (at + 1) & mask_)
      if (slots_[at].last == none || slots_[at].key == key) return &slots_[at];
    return nullptr;
  }

  std::vector<Slot> slots_;
  std::vector<std::uint32_t> next_;
  std::size_t mask_ = 0;
};

}  // namespace sextant::scoring
