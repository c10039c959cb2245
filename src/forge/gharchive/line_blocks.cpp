#include "forge/gharchive/line_blocks.hpp"

#include <algorithm>
#include <cstring>

namespace sextant::forge::gharchive {
namespace {

constexpr std::size_t block_bytes = 1 << 20;

}  // namespace

// One byte more than asked for takes the line end that an open last line lacks.
LineBlocks::LineBlocks(ArchiveInput& input, std::size_t padding)
    : input_(input), padding_(padding + 1), capacity_(block_bytes), buffer_(capacity_ + padding_) {}

Result<std::string_view> LineBlocks::next() {
  forget_used();
  skipped_ = 0;
  for (std::size_t searched = 0;;) {
    filled_ += TRY(input_.read(std::span(buffer_).subspan(filled_, capacity_ - filled_)));
    const bool is_over = input_.end() != InputEnd::none;
    if (is_skipping_) {
      if (!skip_line() && !is_over) continue;
      searched = 0;
    }
    const void* const end = ::memrchr(buffer_.data() + searched, '\n', filled_ - searched);
    if (end) {
      used_ = static_cast<std::size_t>(static_cast<const char*>(end) - buffer_.data()) + 1;
      return std::string_view(buffer_.data(), used_);
    }
    if (is_over) return last();
    searched = filled_;
    if (filled_ == capacity_) grow();
  }
}

// What follows the last block moves to the front, and a buffer that has grown is given back.
void LineBlocks::forget_used() {
  filled_ -= used_;
  std::memmove(buffer_.data(), buffer_.data() + used_, filled_);
  used_ = 0;
  if (capacity_ == block_bytes || filled_ >= block_bytes) return;
  capacity_ = block_bytes;
  std::vector<char> smaller(capacity_ + padding_);
  std::memcpy(smaller.data(), buffer_.data(), filled_);
  buffer_ = std::move(smaller);
}

// The line is longer than the buffer.
void LineBlocks::grow() {
  if (capacity_ >= line_bytes_max) {
    is_skipping_ = true;
    filled_ = 0;
    return;
  }
  capacity_ = std::min(capacity_ * 2, line_bytes_max);
  buffer_.resize(capacity_ + padding_);
}

// Whether the line that is skipped ended; what follows it is at the front then.
bool LineBlocks::skip_line() {
  const void* const end = std::memchr(buffer_.data(), '\n', filled_);
  if (!end) {
    if (input_.end() != InputEnd::none) ++skipped_;
    filled_ = 0;
    return false;
  }
  ++skipped_;
  is_skipping_ = false;
  const std::size_t count =
      static_cast<std::size_t>(static_cast<const char*>(end) - buffer_.data()) + 1;
  filled_ -= count;
  std::memmove(buffer_.data(), buffer_.data() + count, filled_);
  return true;
}

std::string_view LineBlocks::last() {
  is_skipping_ = false;
  if (filled_ == 0) return {};
  is_open_ = true;
  used_ = filled_ + 1;
  buffer_[filled_++] = '\n';
  return {buffer_.data(), used_};
}

}  // namespace sextant::forge::gharchive
