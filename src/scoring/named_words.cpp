#include "scoring/named_words.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace sextant::scoring {
namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
char lowered(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// As a part of a name: "auth" in "auth_token" and "checkAuth", not in "author".
bool names(std::string_view line, std::string_view word) {
  const auto same = [](char a, char b) { return lowered(a) == b; };
  for (auto from = line.begin();; ++from) {
    from = std::search(from, line.end(), word.begin(), word.end(), same);
    if (from == line.end()) return false;
    const auto behind = from + static_cast<std::ptrdiff_t>(word.size());
    const bool begins = from == line.begin() || !is_lower(from[-1]) || !is_lower(*from);
    const bool ends = behind == line.end() || !is_lower(*behind);
    if (begins && ends) return true;
  }
}

bool names(const std::vector<std::string_view>& lines, std::string_view word) {
  return std::ranges::any_of(lines, [&](std::string_view line) { return names(line, word); });
}

}  // namespace

std::vector<std::string> named_words(const EffectiveChange& change, WordClasses word_class,
                                     std::size_t most) {
  const bool is_security = word_class == word_class::security;
  std::vector<std::string> found;
  for (const ChangedHunk& hunk : change.hunks) {
    const git::Hunk& texts = change.files[hunk.file].file->hunks[hunk.index];
    for (std::uint32_t i = hunk.first; i < hunk.last; ++i) {
      const ChangedLine& line = change.lines[i];
      const WordSet said = is_security ? line.facts.security : line.facts.performance;
      const auto row = static_cast<std::size_t>(line.number - texts.new_line);
      if (!line.is_added || line.is_test || line.fate != LineFate::counts || said == 0 ||
          line.facts.is_import || row >= texts.added.size())
        continue;
      for (const std::string_view word : split(words_of_names(word_class), ' ')) {
        if (word.empty() || !names(texts.added[row], word) || names(texts.removed, word) ||
            std::ranges::find(found, word) != found.end())
          continue;
        found.emplace_back(word);
        if (found.size() == most) return found;
      }
    }
  }
  return found;
}

}  // namespace sextant::scoring
