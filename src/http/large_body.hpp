// Room for a large body, of a budget that all connections share; given back at the end of its life.
#pragma once

#include <atomic>
#include <cstddef>

namespace sextant::http {

class LargeBody {
 public:
  LargeBody() = default;
  LargeBody(const LargeBody&) = delete;
  LargeBody& operator=(const LargeBody&) = delete;
  ~LargeBody() { give_back(); }

  // False where all of them would come to more than `most`.
  bool take(std::atomic<std::size_t>& all, std::size_t bytes, std::size_t most) {
    if (all.fetch_add(bytes) + bytes > most) {
      all -= bytes;
      return false;
    }
    all_ = &all;
    bytes_ = bytes;
    return true;
  }
  void give_back() {
    if (all_) *all_ -= bytes_;
    all_ = nullptr;
  }

 private:
  std::atomic<std::size_t>* all_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace sextant::http
