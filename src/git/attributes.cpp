#include "git/attributes.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "git/diff_parser.hpp"
#include "git/wildmatch.hpp"

namespace sextant::git {
namespace {

constexpr auto known_attributes = std::to_array<std::string_view>(
    {"linguist-generated", "linguist-vendored", "linguist-documentation", "binary"});
constexpr std::string_view blanks = " \t\r";

std::string_view take_word(std::string_view& line) {
  const std::size_t begin = std::min(line.find_first_not_of(blanks), line.size());
  const std::size_t end = std::min(line.find_first_of(blanks, begin), line.size());
  const std::string_view word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

// The pattern a line begins with, out of its quotes; empty where it has none that can match a file.
std::string take_pattern(std::string_view& line) {
  if (!line.starts_with('"')) return std::string(take_word(line));
  std::size_t end = 1;
  while (end < line.size() && line[end] != '"') end += line[end] == '\\' ? 2 : 1;
  if (end >= line.size()) return {};
  const auto pattern = unquote(line.substr(0, end + 1));
  line.remove_prefix(end + 1);
  return pattern.value_or("");
}

}  // namespace

void Attributes::add_file(std::string_view folder, std::string_view content) {
  if (content.starts_with("\xEF\xBB\xBF")) content.remove_prefix(3);
  for (const std::string_view line : split(content, '\n')) add_line(folder, line);
}

void Attributes::add_line(std::string_view folder, std::string_view line) {
  constexpr std::size_t longest_line = 2048;  // git's own limit
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  if (line.size() > longest_line || line.starts_with('#') || line.starts_with("[attr]")) return;
  std::string pattern = take_pattern(line);
  // A pattern that begins with '!' is refused, one that ends with '/' means folders only.
  if (pattern.empty() || pattern.starts_with('!') || pattern.ends_with('/')) return;

  while (true) {
    std::string_view word = take_word(line);
    if (word.empty()) return;
    std::optional<bool> value = true;
    if (word.starts_with('-') || word.starts_with('!')) {
      if (word.starts_with('-'))
        value = false;
      else
        value.reset();
      word.remove_prefix(1);
    }
    if (const std::size_t equals = word.find('='); equals != std::string_view::npos) {
      value = word.substr(equals + 1) != "false";
      word = word.substr(0, equals);
    }
    if (std::ranges::find(known_attributes, word) == known_attributes.end()) continue;
    // A deeper folder's name is the longer one among those that can match the same path.
    const auto place = std::ranges::upper_bound(
        rules_, folder.size(), {}, [](const Rule& rule) { return rule.folder.size(); });
    rules_.insert(place, {std::string(folder), pattern, std::string(word), value});
  }
}

std::optional<bool> Attributes::flag(std::string_view path, std::string_view attribute) const {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
    if (rule->attribute != attribute || !path.starts_with(rule->folder)) continue;
    std::string_view pattern = rule->pattern;
    const bool is_of_name = !pattern.contains('/');
    if (pattern.starts_with('/')) pattern.remove_prefix(1);
    if (wildmatch(pattern, is_of_name ? name : path.substr(rule->folder.size())))
      return rule->value;
  }
  return std::nullopt;
}

}  // namespace sextant::git
