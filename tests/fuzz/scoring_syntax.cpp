// What grammars read, in any language, from whatever the lines of a change may hold: it ends, says
// the same twice, and never moves a line out of its file. The first byte chooses the language, a
// zero byte parts the removed side from the added one.
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "scoring/effective.hpp"

using namespace sextant;

namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  if (text.empty()) return {};
  const auto parts = split(text, '\n');
  return {parts.begin(), parts.end()};
}

bool is_same(const scoring::ChangedLine& a, const scoring::ChangedLine& b) {
  return a.fate == b.fate && a.facts.hash == b.facts.hash && a.facts.calls == b.facts.calls &&
         a.facts.complexity == b.facts.complexity && a.facts.names == b.facts.names &&
         a.facts.functions_added == b.facts.functions_added &&
         a.facts.public_changed == b.facts.public_changed &&
         a.facts.modules_added == b.facts.modules_added;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view endings[] = {"py",  "js", "ts",  "tsx", "go", "rs", "java",  "c",
                                          "cpp", "rb", "php", "cs",  "kt", "sh", "swift", "scala"};
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t middle = std::min(text.find('\0'), text.size());
  git::Diff diff;
  git::FileChange& file = diff.files.emplace_back();
  file.path = file.old_path = "a." + std::string(endings[data[0] % std::size(endings)]);
  git::Hunk& hunk = file.hunks.emplace_back();
  hunk.old_line = hunk.new_line = 1;
  hunk.removed = lines_of(text.substr(0, middle));
  if (middle < text.size()) hunk.added = lines_of(text.substr(middle + 1));
  file.lines_removed = static_cast<int>(hunk.removed.size());
  file.lines_added = static_cast<int>(hunk.added.size());

  const scoring::EffectiveChange once = scoring::read_effective({diff}, {});
  const scoring::EffectiveChange twice = scoring::read_effective({diff}, {});
  if (once.lines.size() != twice.lines.size()) std::abort();
  for (std::size_t i = 0; i < once.lines.size(); ++i)
    if (!is_same(once.lines[i], twice.lines[i])) std::abort();
  if (once.effective_lines < 0 || once.effective_lines > file.lines_added + file.lines_removed)
    std::abort();
  return 0;
}
