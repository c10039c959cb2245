#include "forge/mailmap.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace sextant::forge {
namespace {

struct Identity {
  std::string_view name;
  std::string_view email;
};

// "Name <address>" off the front of a line.
std::optional<Identity> take_identity(std::string_view& line) {
  const std::size_t open = line.find('<');
  const std::size_t close = line.find('>', open);
  if (open == std::string_view::npos || close == std::string_view::npos) return std::nullopt;
  const Identity identity{trim(line.substr(0, open)),
                          trim(line.substr(open + 1, close - open - 1))};
  line.remove_prefix(close + 1);
  return identity;
}

}  // namespace

Mailmap::Mailmap(std::string_view content) {
  for (const std::string_view line : split(content, '\n')) add(line);
}

void Mailmap::add(std::string_view line) {
  if (line.starts_with('#')) return;
  const auto proper = take_identity(line);
  if (!proper) return;
  const auto commit = take_identity(line);
  const std::string_view email = commit ? commit->email : proper->email;
  if (email.empty()) return;
  Entry entry{.commit_name = fold(commit ? commit->name : ""),
              .proper = {valid_utf8(proper->name), commit ? valid_utf8(proper->email) : ""}};

  std::vector<Entry>& entries = entries_[fold(email)];
  const auto known = std::ranges::find(entries, entry.commit_name, &Entry::commit_name);
  if (known == entries.end()) {
    entries.push_back(std::move(entry));
    return;
  }
  // A later line replaces the parts that it gives.
  if (!entry.proper.name.empty()) known->proper.name = std::move(entry.proper.name);
  if (!entry.proper.email.empty()) known->proper.email = std::move(entry.proper.email);
}

Mailmap::Person Mailmap::resolve(std::string_view name, std::string_view email) const {
  Person person{std::string(name), std::string(email)};
  const auto entries = entries_.find(fold(email));
  if (entries == entries_.end()) return person;
  const auto find = [&](std::string_view commit_name) {
    return std::ranges::find(entries->second, commit_name, &Entry::commit_name);
  };
  auto entry = find(fold(name));
  if (entry == entries->second.end()) entry = find("");
  if (entry == entries->second.end()) return person;
  if (!entry->proper.name.empty()) person.name = entry->proper.name;
  if (!entry->proper.email.empty()) person.email = entry->proper.email;
  return person;
}

}  // namespace sextant::forge
