#include "db/placeholders.hpp"

#include <algorithm>

namespace sextant::db {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// How long the stretch is that begins at `from` and ends with `end`; all the rest when nothing ends
// it.
std::size_t length_to(std::string_view sql, std::size_t from, std::string_view end,
                      std::size_t opening) {
  const auto at = sql.find(end, from + opening);
  return (at == sql.npos ? sql.size() : at + end.size()) - from;
}

// The length of the literal, quoted name or comment that begins here; 0 where none does. A doubled
// quote inside a literal reads as two literals side by side, which comes to the same.
std::size_t opaque_length(std::string_view sql, std::size_t at) {
  switch (sql[at]) {
    case '\'':
      return length_to(sql, at, "'", 1);
    case '"':
      return length_to(sql, at, "\"", 1);
    case '`':
      return length_to(sql, at, "`", 1);
    case '[':
      return length_to(sql, at, "]", 1);
    case '-':
      return sql.substr(at).starts_with("--") ? length_to(sql, at, "\n", 2) : 0;
    case '/':
      return sql.substr(at).starts_with("/*") ? length_to(sql, at, "*/", 2) : 0;
    default:
      return 0;
  }
}

}  // namespace

std::string replace_placeholders(std::string_view sql,
                                 const std::function<std::string(std::size_t)>& write) {
  std::string out;
  out.reserve(sql.size());
  for (std::size_t at = 0; at < sql.size();) {
    const bool begins_word = at == 0 || !is_word(sql[at - 1]);
    if (sql[at] == '$' && begins_word && at + 1 < sql.size() && is_digit(sql[at + 1])) {
      std::size_t number = 0;
      while (++at < sql.size() && is_digit(sql[at]))
        number = number * 10 + static_cast<std::size_t>(sql[at] - '0');
      out += write(number);
      continue;
    }
    const std::size_t length = std::max<std::size_t>(opaque_length(sql, at), 1);
    out.append(sql, at, length);
    at += length;
  }
  return out;
}

std::string number_placeholders(std::string_view sql) {
  return replace_placeholders(sql, [](std::size_t number) { return '?' + std::to_string(number); });
}

}  // namespace sextant::db
