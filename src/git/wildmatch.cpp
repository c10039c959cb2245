#include "git/wildmatch.hpp"

#include <array>
#include <cctype>
#include <optional>
#include <utility>

namespace sextant::git {
namespace {

constexpr std::size_t none = std::string_view::npos;

std::optional<bool> in_class(std::string_view name, unsigned char c) {
  using Test = int (*)(int);
  constexpr auto classes = std::to_array<std::pair<std::string_view, Test>>({
      {"alnum", std::isalnum},
      {"alpha", std::isalpha},
      {"blank", std::isblank},
      {"cntrl", std::iscntrl},
      {"digit", std::isdigit},
      {"graph", std::isgraph},
      {"lower", std::islower},
      {"print", std::isprint},
      {"punct", std::ispunct},
      {"space", std::isspace},
      {"upper", std::isupper},
      {"xdigit", std::isxdigit},
  });
  for (const auto& [known, test] : classes)
    if (known == name) return test(c) != 0;
  return std::nullopt;
}

// Whether `c` is of the set that begins at `at`, which moves past its ']'. Nothing of a set that
// does not end or names an unknown class.
std::optional<bool> in_set(std::string_view pattern, std::size_t& at, unsigned char c) {
  std::size_t next = at + 1;
  const bool is_negated = next < pattern.size() && (pattern[next] == '!' || pattern[next] == '^');
  if (is_negated) ++next;
  bool is_in = false;
  bool is_first = true;
  const auto take = [&]() -> std::optional<unsigned char> {
    if (next < pattern.size() && pattern[next] == '\\') ++next;
    if (next >= pattern.size()) return std::nullopt;
    return static_cast<unsigned char>(pattern[next++]);
  };
  for (; next < pattern.size() && (pattern[next] != ']' || is_first); is_first = false) {
    if (pattern.substr(next).starts_with("[:")) {
      const std::size_t end = pattern.find(":]", next + 2);
      if (end == none) return std::nullopt;
      const auto is_of = in_class(pattern.substr(next + 2, end - next - 2), c);
      if (!is_of) return std::nullopt;
      is_in |= *is_of;
      next = end + 2;
      continue;
    }
    const auto low = take();
    if (!low) return std::nullopt;
    auto high = low;
    if (next + 1 < pattern.size() && pattern[next] == '-' && pattern[next + 1] != ']') {
      ++next;
      high = take();
      if (!high) return std::nullopt;
    }
    is_in |= *low <= c && c <= *high;
  }
  if (next >= pattern.size()) return std::nullopt;
  at = next + 1;
  return is_in != is_negated;
}

// Moves past one character's worth of pattern where it matches `c`.
bool matches_one(std::string_view pattern, std::size_t& at, char c) {
  if (at >= pattern.size()) return false;
  switch (pattern[at]) {
    case '?':
      if (c == '/') return false;
      ++at;
      return true;
    case '[':
      return c != '/' && in_set(pattern, at, static_cast<unsigned char>(c)).value_or(false);
    case '\\':
      if (at + 1 >= pattern.size() || pattern[at + 1] != c) return false;
      at += 2;
      return true;
    default:
      if (pattern[at] != c) return false;
      ++at;
      return true;
  }
}

}  // namespace

// Of the stars met so far only the last of each kind is ever taken up again, so nothing is tried
// twice.
bool wildmatch(std::string_view pattern, std::string_view path) {
  std::size_t at = 0;
  std::size_t here = 0;
  std::size_t star_at = none;  // after the last '*', and where it ends in the path so far
  std::size_t star_here = 0;
  std::size_t folders_at = none;  // after the last "**/", likewise
  std::size_t folders_here = 0;
  while (here < path.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      const std::size_t begin = at;
      while (at < pattern.size() && pattern[at] == '*') ++at;
      const bool is_after_slash = begin == 0 || pattern[begin - 1] == '/';
      if (at - begin == 2 && is_after_slash && at == pattern.size()) return true;
      if (at - begin == 2 && is_after_slash && pattern[at] == '/') {
        star_at = none;
        folders_at = ++at;
        folders_here = here;
      } else {
        star_at = at;
        star_here = here;
      }
      continue;
    }
    if (matches_one(pattern, at, path[here])) {
      ++here;
      continue;
    }
    if (star_at != none && path[star_here] != '/') {
      at = star_at;
      here = ++star_here;
      continue;
    }
    star_at = none;
    if (folders_at == none) return false;
    const std::size_t slash = path.find('/', folders_here);
    if (slash == none) return false;
    at = folders_at;
    here = folders_here = slash + 1;
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

bool can_match(std::string_view pattern) {
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern[at] == '[') {
      if (!in_set(pattern, at, 'a')) return false;
    } else {
      at += pattern[at] == '\\' ? 2 : 1;
      if (at > pattern.size()) return false;
    }
  }
  return !pattern.empty();
}

}  // namespace sextant::git
