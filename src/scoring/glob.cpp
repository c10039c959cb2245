#include "scoring/glob.hpp"

#include <vector>

namespace sextant::scoring {
namespace {

// One step of a glob. A star stays where it is while it eats characters.
struct Step {
  enum class Kind { literal, any_character, star, double_star } kind;
  char literal = 0;
};

std::vector<Step> read_steps(std::string_view glob) {
  std::vector<Step> steps;
  for (std::size_t at = 0; at < glob.size(); ++at) {
    if (glob.substr(at).starts_with("**")) {
      steps.push_back({Step::Kind::double_star});
      ++at;
      // "**/name" also means "name" itself: the slash belongs to the stars.
      if (at + 1 < glob.size() && glob[at + 1] == '/') ++at;
    } else if (glob[at] == '*') {
      steps.push_back({Step::Kind::star});
    } else if (glob[at] == '?') {
      steps.push_back({Step::Kind::any_character});
    } else {
      if (glob[at] == '\\' && at + 1 < glob.size()) ++at;
      steps.push_back({Step::Kind::literal, glob[at]});
    }
  }
  return steps;
}

bool is_star(const Step& step) {
  return step.kind == Step::Kind::star || step.kind == Step::Kind::double_star;
}

// reached[i]: the first i steps match what was read. Stars also match nothing.
void pass_stars(const std::vector<Step>& steps, std::vector<char>& reached) {
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (reached[i] && is_star(steps[i])) reached[i + 1] = 1;
}

bool accepts(const Step& step, char c) {
  switch (step.kind) {
    case Step::Kind::literal:
      return step.literal == c;
    case Step::Kind::any_character:
    case Step::Kind::star:
      return c != '/';
    case Step::Kind::double_star:
      return true;
  }
  return false;
}

bool matches_whole(const std::vector<Step>& steps, std::string_view path, bool or_folder) {
  std::vector<char> reached(steps.size() + 1);
  std::vector<char> next(steps.size() + 1);
  reached[0] = 1;
  pass_stars(steps, reached);
  for (const char c : path) {
    if (or_folder && c == '/' && reached.back()) return true;
    next.assign(next.size(), 0);
    for (std::size_t i = 0; i < steps.size(); ++i)
      if (reached[i] && accepts(steps[i], c)) next[is_star(steps[i]) ? i : i + 1] = 1;
    pass_stars(steps, next);
    std::swap(reached, next);
  }
  return reached.back();
}

}  // namespace

bool matches_glob(std::string_view glob, std::string_view path) {
  while (glob.ends_with('/')) glob.remove_suffix(1);
  if (glob.empty()) return false;
  if (glob.starts_with('/')) return matches_whole(read_steps(glob.substr(1)), path, true);
  if (glob.find('/') != std::string_view::npos) return matches_whole(read_steps(glob), path, true);
  // No slash: any part of the path may match.
  const std::vector<Step> steps = read_steps(glob);
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    if (matches_whole(steps, path.substr(start, end - start), false)) return true;
    start = end + 1;
  }
  return false;
}

}  // namespace sextant::scoring
