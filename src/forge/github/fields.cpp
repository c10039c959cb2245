#include "forge/github/fields.hpp"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sextant::forge::github {
namespace {

std::string_view cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

// The parser has seen that it is UTF-8, but an escape may stand for NUL or for half a character,
// which begins with ED.
bool is_clean(std::string_view text) {
  return text.find('\0') == text.npos && text.find('\xED') == text.npos;
}

}  // namespace

std::optional<simdjson::dom::element> Fields::find(std::string_view name) const {
  simdjson::dom::element value;
  if (object_.at_key(name).get(value) != simdjson::SUCCESS || value.is_null()) return std::nullopt;
  return value;
}

bool Fields::has(std::string_view name) const {
  return find(name).has_value();
}

std::unexpected<Error> Fields::wrong(std::string_view name, std::string_view must) const {
  std::string path;
  for (const std::string_view part : path_)
    if (!part.empty()) path += fmt::format("{}.", part);
  return fail(ErrorKind::invalid, fmt::format("{}{} must be {}", path, name, must));
}

Result<std::string_view> Fields::text(std::string_view name) const {
  std::string_view value;
  const auto found = find(name);
  if (found && found->get(value) != simdjson::SUCCESS) return wrong(name, "a text");
  return value;
}

Result<std::int64_t> Fields::id(std::string_view name) const {
  std::int64_t value = 0;
  const auto found = find(name);
  if (found && (found->get(value) != simdjson::SUCCESS || value < 0))
    return wrong(name, "a number, 0 or more");
  return value;
}

Result<bool> Fields::flag(std::string_view name) const {
  bool value = false;
  const auto found = find(name);
  if (found && found->get(value) != simdjson::SUCCESS) return wrong(name, "true or false");
  return value;
}

Result<std::optional<Instant>> Fields::time(std::string_view name) const {
  const std::string_view value = TRY(text(name));
  if (value.empty()) return std::nullopt;
  const auto parsed = parse_iso(value);
  if (!parsed) return wrong(name, "a time as in 2026-05-01T17:24:00Z");
  return parsed->at;
}

Result<std::optional<Fields>> Fields::object(std::string_view name) const {
  const auto found = find(name);
  if (!found) return std::nullopt;
  simdjson::dom::object value;
  if (found->get(value) != simdjson::SUCCESS) return wrong(name, "an object");
  Fields fields(value);
  fields.path_ = path_;
  *std::ranges::find(fields.path_ | std::views::take(fields.path_.size() - 1), "") = name;
  return fields;
}

Result<Fields> Fields::required(std::string_view name) const {
  auto found = TRY(object(name));
  if (!found) return wrong(name, "there");
  return *std::move(found);
}

Result<std::string> Fields::clean_text(std::string_view name, std::size_t bytes_max) const {
  const std::string_view whole = TRY(text(name));
  const std::string_view value = cut(whole, bytes_max);
  return is_clean(value) ? std::string(value) : valid_utf8(value);
}

}  // namespace sextant::forge::github
