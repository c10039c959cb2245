#include "leads/keyword_json.hpp"

#include <charconv>

#include "base/utf8.hpp"

namespace sextant::leads {
namespace {

std::size_t skip_json_blanks(std::string_view json, std::size_t at) {
  const std::size_t end = json.find_first_not_of(" \t", at);
  return end == json.npos ? json.size() : end;
}

bool is_escaped(std::string_view json, std::size_t begin, std::size_t at) {
  std::size_t backslashes = 0;
  while (at - backslashes > begin && json[at - backslashes - 1] == '\\') ++backslashes;
  return backslashes % 2 == 1;
}

// Four hexadecimal digits off the front.
std::optional<char32_t> take_unit(std::string_view& raw) {
  if (raw.size() < 4) return std::nullopt;
  std::uint32_t unit = 0;
  const auto [stopped, error] = std::from_chars(raw.data(), raw.data() + 4, unit, 16);
  if (error != std::errc{} || stopped != raw.data() + 4) return std::nullopt;
  raw.remove_prefix(4);
  return unit;
}

// What stands behind "\u".
std::optional<char32_t> take_character(std::string_view& raw) {
  const auto first = take_unit(raw);
  if (!first || *first == 0 || (*first >= 0xDC00 && *first < 0xE000)) return std::nullopt;
  if (*first < 0xD800 || *first >= 0xE000) return first;
  if (!raw.starts_with("\\u")) return std::nullopt;
  raw.remove_prefix(2);
  const auto second = take_unit(raw);
  if (!second || *second < 0xDC00 || *second >= 0xE000) return std::nullopt;
  return 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00);
}

// What stands behind a backslash.
bool append_escape(std::string& out, std::string_view& raw) {
  if (raw.empty()) return false;
  const char kind = raw.front();
  raw.remove_prefix(1);
  switch (kind) {
    case 'n':
      out += '\n';
      return true;
    case 'r':
      out += '\r';
      return true;
    case 't':
      out += '\t';
      return true;
    case 'b':
      out += '\b';
      return true;
    case 'f':
      out += '\f';
      return true;
    case '"':
    case '\\':
    case '/':
      out += kind;
      return true;
    case 'u':
      if (const auto character = take_character(raw)) {
        utf8::append(out, *character);
        return true;
      }
      return false;
    default:
      return false;
  }
}

}  // namespace

std::optional<std::string_view> raw_string_after(std::string_view json, std::size_t at) {
  at = skip_json_blanks(json, at);
  if (at == json.size() || json[at] != ':') return std::nullopt;
  at = skip_json_blanks(json, at + 1);
  if (at == json.size() || json[at] != '"') return std::nullopt;
  const std::size_t begin = at + 1;
  std::size_t end = json.find('"', begin);
  while (end != json.npos && is_escaped(json, begin, end)) end = json.find('"', end + 1);
  if (end == json.npos) return std::nullopt;
  return json.substr(begin, end - begin);
}

std::optional<std::string> unescaped(std::string_view raw) {
  std::string out;
  out.reserve(raw.size() + 64);  // room for what readers pad it with
  while (!raw.empty()) {
    const std::size_t plain = std::min(raw.find('\\'), raw.size());
    out.append(raw.substr(0, plain));
    raw.remove_prefix(plain);
    if (raw.empty()) break;
    raw.remove_prefix(1);
    if (!append_escape(out, raw)) return std::nullopt;
  }
  return out;
}

}  // namespace sextant::leads
