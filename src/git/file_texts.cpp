#include "git/file_texts.hpp"

#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "git/command.hpp"

namespace sextant::git {
namespace {

// Git reads one question a line.
bool can_be_asked(const FilePlace& place) {
  return !place.commit.empty() && !place.path.contains('\n') && !place.path.contains('\0');
}

// "HASH blob SIZE"; anything else is no file.
std::optional<std::size_t> size_of_blob(std::string_view line) {
  const std::vector<std::string_view> words = split(line, ' ');
  if (words.size() != 3 || words[1] != "blob") return std::nullopt;
  const auto size = parse_integer(words[2]);
  if (!size || *size < 0) return std::nullopt;
  return static_cast<std::size_t>(*size);
}

}  // namespace

Result<std::vector<std::optional<std::string>>> FileTexts::read(std::span<const FilePlace> places,
                                                                std::size_t bytes_most) {
  std::vector<std::optional<std::string>> texts(places.size());
  TRY(start());
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!can_be_asked(places[i])) continue;
    child_->feed(fmt::format("info {}:{}\n", places[i].commit, places[i].path));
    asked.push_back(i);
  }
  // Sizes first, so that nothing large is unpacked for nothing.
  std::vector<std::pair<std::size_t, std::size_t>> wanted;
  for (const std::size_t i : asked) {
    const auto line = TRY(take_line());
    if (!line) return texts;
    const auto size = size_of_blob(*line);
    if (size && *size <= bytes_most) wanted.emplace_back(i, *size);
  }
  for (const auto& [i, size] : wanted)
    child_->feed(fmt::format("contents {}:{}\n", places[i].commit, places[i].path));
  for (const auto& [i, size] : wanted) {
    const auto head = TRY(take_line());
    if (!head) return texts;
    if (size_of_blob(*head) != size) continue;
    auto text = TRY(take_bytes(size + 1));
    if (!text) return texts;
    text->pop_back();
    texts[i] = std::move(text);
  }
  return texts;
}

Result<void> FileTexts::start() {
  if (child_) return {};
  child_ = TRY(
      Subprocess::start(reading_command(repository_.directory(), {"cat-file", "--batch-command"})));
  output_.clear();
  taken_ = 0;
  return {};
}

// False where the child has ended: what was asked of it stays unanswered.
Result<bool> FileTexts::receive() {
  output_.erase(0, taken_);
  taken_ = 0;
  std::array<char, 64 << 10> block;
  const std::size_t count = TRY(child_->read(block));
  output_.append(block.data(), count);
  if (count == 0) child_.reset();
  return count > 0;
}

Result<std::optional<std::string>> FileTexts::take_line() {
  std::size_t end = output_.find('\n', taken_);
  while (end == std::string::npos) {
    if (!TRY(receive())) return std::nullopt;
    end = output_.find('\n', taken_);
  }
  std::string line = output_.substr(taken_, end - taken_);
  taken_ = end + 1;
  return line;
}

Result<std::optional<std::string>> FileTexts::take_bytes(std::size_t count) {
  while (output_.size() - taken_ < count)
    if (!TRY(receive())) return std::nullopt;
  std::string bytes = output_.substr(taken_, count);
  taken_ += count;
  return bytes;
}

}  // namespace sextant::git
