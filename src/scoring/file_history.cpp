#include "scoring/file_history.hpp"

#include <algorithm>
#include <string>

#include "scoring/path_kind.hpp"

namespace sextant::scoring {
namespace {

constexpr std::string_view words[] = {
    "fix",    "fixes",      "fixed",       "fixing", "bugfix",    "hotfix",  "bug",  "bugs",
    "defect", "regression", "regressions", "npe",    "deadlock",  "crash",   "leak", "leaks",
    "repair", "correct",    "corrects",    "race",   "corrected", "resolve", "hang", "mend",
};

bool is_word(std::string_view text) {
  return std::find(std::begin(words), std::end(words), text) != std::end(words);
}

}  // namespace

bool speaks_of_a_fix(std::string_view title) {
  const std::string lower = lower_ascii(title);
  std::string_view rest = lower;
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  while (!rest.empty()) {
    const auto begin = std::find_if(rest.begin(), rest.end(), is_letter);
    const auto end = std::find_if_not(begin, rest.end(), is_letter);
    if (is_word({begin, end})) return true;
    rest = {end, rest.end()};
  }
  return false;
}

std::vector<FileHistory> history_of(const git::FileLog& log, std::string_view commit,
                                    const git::Diff& diff) {
  std::vector<FileHistory> history;
  if (!log.holds(commit)) return history;
  history.reserve(diff.files.size());
  for (const git::FileChange& file : diff.files) {
    const git::FileLog::Past past =
        log.before(commit, file.old_path.empty() ? file.path : file.old_path);
    history.push_back({.fixes = past.marked, .age_days = past.age_days});
  }
  return history;
}

}  // namespace sextant::scoring
