// The bytes of an archive file, unpacked where it is gzip (of any number of members), as they are
// where it is not. What is damaged ends it: everything before is handed over.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

struct inflate_state;

namespace sextant::forge::gharchive {

enum class InputEnd {
  none,     // there may be more
  whole,    // everything was read
  cut,      // in the middle of its gzip stream
  corrupt,  // bytes that are no gzip, or a checksum that is another
};

class ArchiveInput {
 public:
  // `not_found` and `invalid` name the file.
  static Result<std::unique_ptr<ArchiveInput>> open(const std::filesystem::path& path);
  ~ArchiveInput();
  ArchiveInput(const ArchiveInput&) = delete;
  ArchiveInput& operator=(const ArchiveInput&) = delete;

  // Fills `out` as far as it can, answering how much; less than asked for only at the end.
  // `unavailable` when the machine cannot read the file on.
  Result<std::size_t> read(std::span<char> out);

  InputEnd end() const { return end_; }
  std::uint64_t bytes_read() const { return bytes_read_; }  // of the file, still packed
  std::uint64_t bytes_total() const { return bytes_total_; }

 private:
  ArchiveInput(int file, std::uint64_t bytes_total, std::string name);
  Result<void> refill();
  Result<std::size_t> read_plain(std::span<char> out);
  Result<std::size_t> inflate(std::span<char> out);
  Result<bool> begin_member();

  int file_;
  std::uint64_t bytes_total_;
  std::uint64_t bytes_read_ = 0;
  std::string name_;
  InputEnd end_ = InputEnd::none;
  bool is_gzip_ = false;
  bool is_file_over_ = false;
  bool is_in_member_ = false;
  std::vector<char> packed_;
  std::span<char> waiting_;  // what of `packed_` is still to be unpacked
  std::unique_ptr<inflate_state> state_;
};

}  // namespace sextant::forge::gharchive
