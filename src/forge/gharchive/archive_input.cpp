#include "forge/gharchive/archive_input.hpp"

#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace sextant::forge::gharchive {
namespace {

constexpr std::size_t packed_bytes = 256 << 10;

bool begins_gzip(std::span<const char> bytes) {
  return bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
}

std::string reason(int error) {
  return std::generic_category().message(error);
}

}  // namespace

ArchiveInput::ArchiveInput(int file, std::uint64_t bytes_total, std::string name)
    : file_(file),
      bytes_total_(bytes_total),
      name_(std::move(name)),
      packed_(packed_bytes),
      state_(std::make_unique<inflate_state>()) {}

ArchiveInput::~ArchiveInput() {
  ::close(file_);
}

Result<std::unique_ptr<ArchiveInput>> ArchiveInput::open(const std::filesystem::path& path) {
  const std::string name = path.string();
  const int file = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return fail(errno == ENOENT ? ErrorKind::not_found : ErrorKind::invalid,
                fmt::format("{} cannot be opened: {}", name, reason(errno)));
  struct stat status{};
  const bool is_file = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
  std::unique_ptr<ArchiveInput> input(
      new ArchiveInput(file, static_cast<std::uint64_t>(status.st_size), name));
  if (!is_file) return fail(ErrorKind::invalid, fmt::format("{} is no file", name));
  ::posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
  TRY(input->refill());
  input->is_gzip_ = begins_gzip(input->waiting_);
  return input;
}

// Adds to what is waiting, until the buffer is full or the file is over.
Result<void> ArchiveInput::refill() {
  if (!waiting_.empty()) std::memmove(packed_.data(), waiting_.data(), waiting_.size());
  std::size_t filled = waiting_.size();
  while (!is_file_over_ && filled < packed_.size()) {
    const ssize_t got = ::read(file_, packed_.data() + filled, packed_.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return fail(ErrorKind::unavailable,
                  fmt::format("{} cannot be read: {}", name_, reason(errno)));
    is_file_over_ = got == 0;
    filled += static_cast<std::size_t>(got);
    bytes_read_ += static_cast<std::uint64_t>(got);
  }
  waiting_ = std::span(packed_).first(filled);
  return {};
}

Result<std::size_t> ArchiveInput::read(std::span<char> out) {
  std::size_t filled = 0;
  while (end_ == InputEnd::none && filled < out.size())
    filled += TRY(is_gzip_ ? inflate(out.subspan(filled)) : read_plain(out.subspan(filled)));
  return filled;
}

Result<std::size_t> ArchiveInput::read_plain(std::span<char> out) {
  if (waiting_.empty()) TRY(refill());
  if (waiting_.empty()) end_ = InputEnd::whole;
  const std::size_t count = std::min(waiting_.size(), out.size());
  std::memcpy(out.data(), waiting_.data(), count);
  waiting_ = waiting_.subspan(count);
  return count;
}

// False where no member follows. Zeros after the last one fill a block of a tape: they are no
// damage.
Result<bool> ArchiveInput::begin_member() {
  if (waiting_.size() < 2) TRY(refill());
  if (begins_gzip(waiting_)) {
    isal_inflate_init(state_.get());
    state_->crc_flag = ISAL_GZIP;
    is_in_member_ = true;
    return true;
  }
  end_ = InputEnd::whole;
  while (!waiting_.empty() && end_ == InputEnd::whole) {
    if (std::ranges::any_of(waiting_, [](char c) { return c != '\0'; })) end_ = InputEnd::corrupt;
    waiting_ = {};
    TRY(refill());
  }
  return false;
}

Result<std::size_t> ArchiveInput::inflate(std::span<char> out) {
  if (!is_in_member_ && !TRY(begin_member())) return 0;
  if (waiting_.empty()) TRY(refill());
  state_->next_in = reinterpret_cast<std::uint8_t*>(waiting_.data());
  state_->avail_in = static_cast<std::uint32_t>(waiting_.size());
  state_->next_out = reinterpret_cast<std::uint8_t*>(out.data());
  state_->avail_out = static_cast<std::uint32_t>(out.size());
  const int result = isal_inflate(state_.get());
  const std::size_t made = out.size() - state_->avail_out;
  waiting_ = waiting_.last(state_->avail_in);
  if (result < 0) {
    end_ = InputEnd::corrupt;
  } else if (state_->block_state == ISAL_BLOCK_FINISH) {
    is_in_member_ = false;
  } else if (waiting_.empty() && is_file_over_ && made < out.size()) {
    end_ = InputEnd::cut;
  }
  return made;
}

}  // namespace sextant::forge::gharchive
