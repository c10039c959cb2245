// The lines of an archive file in blocks of about a megabyte, none cut in two.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "forge/gharchive/archive_input.hpp"

namespace sextant::forge::gharchive {

class LineBlocks {
 public:
  // As many bytes after a block are readable as `padding` says.
  LineBlocks(ArchiveInput& input, std::size_t padding);

  // Ends with a line end; empty when there is no more. The view lives until the next call.
  Result<std::string_view> next();

  // Of the last block: how many lines before it were skipped because they are longer than
  // `line_bytes_max`, and whether the line end at its end is ours, the file having none there.
  std::uint64_t skipped() const { return skipped_; }
  bool is_open() const { return is_open_; }

  static constexpr std::size_t line_bytes_max = 8 << 20;

 private:
  void forget_used();
  void grow();
  bool skip_line();
  std::string_view last();

  ArchiveInput& input_;
  std::size_t padding_;
  std::size_t capacity_;
  std::vector<char> buffer_;
  std::size_t filled_ = 0;
  std::size_t used_ = 0;
  std::uint64_t skipped_ = 0;
  bool is_skipping_ = false;
  bool is_open_ = false;
};

}  // namespace sextant::forge::gharchive
