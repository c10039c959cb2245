// The bytes of a connection that were received and not used yet.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace sextant::http {

class ReceiveBuffer {
 public:
  std::string_view view() const { return {bytes_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }

  void use(std::size_t count) {
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  // Room for at least a few bytes more: at first little, since most requests and all idle
  // connections need little, then doubling.
  struct Room {
    char* data;
    std::size_t size;
  };
  Room room() {
    if (capacity_ - end_ < least_room && begin_ > 0) {
      std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (capacity_ - end_ < least_room) grow();
    return {bytes_.get() + end_, capacity_ - end_};
  }
  void received(std::size_t count) { end_ += count; }

 private:
  static constexpr std::size_t least_room = 512;

  void grow() {
    const std::size_t capacity = std::max<std::size_t>(2048, capacity_ * 2);
    auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
    if (end_ > begin_) std::memcpy(bytes.get(), bytes_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace sextant::http
