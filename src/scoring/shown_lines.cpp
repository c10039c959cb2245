#include "scoring/shown_lines.hpp"

#include <algorithm>

#include "base/printable.hpp"

namespace sextant::scoring {
namespace {

constexpr std::size_t name_bytes_most = 300;

}  // namespace

std::string shown_name(std::string_view path) {
  std::string name = printable(path);
  if (name.size() > name_bytes_most) name = printable(path, name_bytes_most) + "[cut]";
  std::ranges::replace(name, '"', '\'');
  std::ranges::replace(name, '\\', '/');
  return name;
}

ShownFile::ShownFile(std::string path) : path_(std::move(path)), name_(shown_name(path_)) {}

void ShownFile::add(bool is_added, int line) {
  std::vector<Run>& runs = is_added ? added_ : removed_;
  if (!runs.empty() && runs.back().last + 1 == line)
    runs.back().last = line;
  else
    runs.push_back({line, line});
}

std::vector<Evidence> ShownFile::between(int first, int last) const {
  std::vector<Evidence> lines = between(added_, first, last);
  return lines.empty() ? between(removed_, first, last) : lines;
}

std::vector<Evidence> ShownFile::between(const std::vector<Run>& runs, int first, int last) const {
  const auto was_shown = [&](int line) {
    return std::ranges::any_of(
        runs, [&](const Run& run) { return run.first <= line && line <= run.last; });
  };
  std::vector<Evidence> lines;
  if (first > last || !was_shown(first) || !was_shown(last)) return lines;
  for (const Run& run : runs)
    if (run.first <= last && first <= run.last)
      lines.push_back({path_, std::max(first, run.first), std::min(last, run.last)});
  return lines;
}

bool ShownLines::has_file(std::string_view name) const {
  return std::ranges::any_of(files_, [&](const ShownFile& file) { return file.name() == name; });
}

std::vector<Evidence> ShownLines::find(std::string_view name, int first, int last) const {
  for (const ShownFile& file : files_) {
    if (file.name() != name) continue;
    // Two long or odd paths may have one name.
    if (auto lines = file.between(first, last); !lines.empty()) return lines;
  }
  return {};
}

}  // namespace sextant::scoring
