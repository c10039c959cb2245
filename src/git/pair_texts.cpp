#include "git/pair_texts.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "git/diff_parser.hpp"
#include "git/layout.hpp"

namespace sextant::git {
namespace {

constexpr std::string_view end_line_inside = "\nend-of-diff\n";
constexpr std::size_t block_bytes = 128 << 10;
constexpr std::size_t idle_buffer_bytes = 4 << 20;  // a buffer beyond this is given back
constexpr std::size_t longest_header_line = 16 << 10;

// Before a pair's diff git names its commit.
std::optional<std::string_view> commit_of(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  return is_hash(line) ? std::optional(line) : std::nullopt;
}

}  // namespace

PairTexts::PairTexts(Subprocess& child, const DiffLimits& limits) : child_(child), limits_(limits) {
  buffer_.reserve(2 * block_bytes);
}

std::optional<PairTexts::End> PairTexts::find_end(std::string_view text, std::size_t from) {
  if (text.starts_with(end_line)) return End{0, end_line.size()};
  const void* found = ::memmem(text.data() + from, text.size() - from, end_line_inside.data(),
                               end_line_inside.size());
  if (found == nullptr) return std::nullopt;
  const auto newline = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
  return End{newline + 1, newline + end_line_inside.size()};
}

// Appends what comes; false at the end of all output. The text grows by doubling, up to `most`.
Result<bool> PairTexts::read_block(std::string& into, std::size_t most) {
  const std::size_t before = into.size();
  const std::size_t needed = before + block_bytes;
  if (into.capacity() < needed) into.reserve(std::max(needed, std::min(2 * needed, most)));
  Result<std::size_t> got = 0;
  into.resize_and_overwrite(needed, [&](char* text, std::size_t) {
    got = child_.read({text + before, block_bytes});
    return before + got.value_or(0);
  });
  if (!got) return std::unexpected(got.error());
  return *got > 0;
}

void PairTexts::drop_consumed() {
  buffer_.erase(0, std::exchange(consumed_, 0));
  if (buffer_.capacity() <= idle_buffer_bytes || buffer_.size() > block_bytes) return;
  std::string smaller;
  smaller.reserve(2 * block_bytes);
  buffer_.swap(smaller += buffer_);
}

Result<std::optional<Result<Diff>>> PairTexts::next(std::optional<std::string_view>& commit) {
  if (!rest_.empty()) {
    drop_consumed();
    buffer_ += std::exchange(rest_, {});
  }
  std::size_t searched = 0;  // of the text after what is consumed
  while (true) {
    const std::string_view text = std::string_view(buffer_).substr(consumed_);
    commit = commit_of(text);
    if (const auto end = find_end(text, searched)) {
      consumed_ += end->next;
      return parse_diff(text.substr(0, end->text), limits_);
    }
    if (text.size() > limits_.bytes && text.contains('\n')) return next_beyond_limits();
    searched = text.size() - std::min(text.size(), end_line_inside.size());
    if (consumed_ > 0) drop_consumed();
    const bool has_more = TRY(read_block(buffer_, limits_.bytes + 2 * block_bytes));
    if (!has_more) return std::nullopt;
  }
}

// The buffer stays, for the views into it; what follows is counted and dropped, line by line.
Result<std::optional<Result<Diff>>> PairTexts::next_beyond_limits() {
  const std::string_view text = std::string_view(buffer_).substr(consumed_);
  const std::size_t whole = text.rfind('\n') + 1;
  DiffParser parser(limits_);
  Result<void> parsed = parser.read(text.substr(0, whole));
  parser.stop_keeping();
  std::string passing(text.substr(whole));
  consumed_ = buffer_.size();
  const std::size_t line_bytes = std::max(limits_.line_bytes, longest_header_line);
  while (true) {
    const auto end = find_end(passing, 0);
    const std::size_t lines = end ? end->text : passing.rfind('\n') + 1;
    if (parsed) parsed = parser.read(std::string_view(passing).substr(0, lines));
    if (end) {
      rest_ = passing.substr(end->next);
      if (!parsed) return Result<Diff>(std::unexpected(parsed.error()));
      return parser.finish();
    }
    passing.erase(0, lines);
    if (passing.size() > line_bytes) passing.resize(line_bytes);
    const bool has_more = TRY(read_block(passing, 2 * block_bytes));
    if (!has_more) return std::nullopt;
  }
}

}  // namespace sextant::git
