#include "scoring/declarations.hpp"

#include <algorithm>
#include <limits>

namespace sextant::scoring {
namespace {

std::uint64_t join(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15;
  return hash ^ (hash >> 29);
}

struct Keyed {
  std::uint64_t key = 0;
  std::uint32_t index = 0;
  bool operator<(const Keyed& other) const {
    return key != other.key ? key < other.key : index < other.index;
  }
};

template <typename Item, typename Key>
std::vector<Keyed> sorted(const std::vector<Item>& items, Key key) {
  std::vector<Keyed> keys;
  keys.reserve(items.size());
  for (std::uint32_t i = 0; i < items.size(); ++i) keys.push_back({key(items[i]), i});
  std::sort(keys.begin(), keys.end());
  return keys;
}

// Takes pairs of equal keys from both lists, in order, and hands them to `sink`.
template <typename Item, typename Key, typename Sink>
void take_pairs(std::vector<Item>& removed, std::vector<Item>& added, Key key, Sink sink) {
  if (removed.empty() || added.empty()) return;
  const std::vector<Keyed> before = sorted(removed, key);
  const std::vector<Keyed> after = sorted(added, key);
  std::vector<char> is_taken_before(removed.size());
  std::vector<char> is_taken_after(added.size());
  for (std::size_t i = 0, j = 0; i < before.size() && j < after.size();) {
    if (before[i].key != after[j].key) {
      before[i].key < after[j].key ? ++i : ++j;
      continue;
    }
    sink(removed[before[i].index], added[after[j].index]);
    is_taken_before[before[i++].index] = is_taken_after[after[j++].index] = 1;
  }
  const auto drop = [](std::vector<Item>& items, const std::vector<char>& is_taken) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < items.size(); ++i)
      if (!is_taken[i]) items[kept++] = items[i];
    items.resize(kept);
  };
  drop(removed, is_taken_before);
  drop(added, is_taken_after);
}

void count(std::uint8_t& counter) {
  if (counter < std::numeric_limits<std::uint8_t>::max()) ++counter;
}

std::uint64_t name_key(const FoundDeclaration& each) {
  return join(join(each.file, static_cast<std::uint64_t>(each.declaration.kind)),
              each.declaration.name);
}

void compare_declarations(Found& found, std::vector<ChangedLine>& lines) {
  const auto note_changed = [&](const FoundDeclaration& before, const FoundDeclaration& after) {
    LineFacts& facts = lines[after.line].facts;
    if (after.declaration.kind == Declaration::Kind::function) count(facts.functions_changed);
    if (after.declaration.kind == Declaration::Kind::type) count(facts.types_changed);
    if (before.declaration.is_public || after.declaration.is_public) count(facts.public_changed);
  };
  const auto same_form = [](const FoundDeclaration& each) {
    return join(name_key(each), each.declaration.signature);
  };
  const auto anywhere = [](const FoundDeclaration& each) {
    return join(join(static_cast<std::uint64_t>(each.declaration.kind), each.declaration.name),
                each.declaration.signature);
  };
  take_pairs(found.removed, found.added, same_form, note_changed);
  take_pairs(found.removed, found.added, name_key, note_changed);
  take_pairs(found.removed, found.added, anywhere, [](const auto&, const auto&) {});
  for (const FoundDeclaration& each : found.added) {
    LineFacts& facts = lines[each.line].facts;
    if (each.declaration.kind == Declaration::Kind::function) count(facts.functions_added);
    if (each.declaration.kind == Declaration::Kind::type) count(facts.types_added);
    if (each.declaration.is_public) count(facts.public_added);
  }
  for (const FoundDeclaration& each : found.removed) {
    LineFacts& facts = lines[each.line].facts;
    if (each.declaration.kind == Declaration::Kind::function) count(facts.functions_removed);
    if (each.declaration.kind == Declaration::Kind::type) count(facts.types_removed);
    if (each.declaration.is_public) count(facts.public_removed);
  }
}

}  // namespace

void compare_sides(Found& found, std::vector<ChangedLine>& lines) {
  compare_declarations(found, lines);
  take_pairs(
      found.modules_removed, found.modules_added,
      [](const FoundImport& each) { return join(each.file, each.module); },
      [](const auto&, const auto&) {});
  for (const FoundImport& each : found.modules_added) count(lines[each.line].facts.modules_added);
}

}  // namespace sextant::scoring
