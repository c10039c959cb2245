#include "http/table.hpp"

#include <simdjson.h>

#include "base/text.hpp"

namespace sextant::http {
namespace {

// Whether the text stands in a CSV as it is, as nearly all do: no quote, comma, control or byte
// beyond ASCII. Sixteen bytes at a time without a branch, which compilers turn into vector code.
bool is_plain(std::string_view text) {
  const auto differs = [](unsigned char c) {
    return static_cast<unsigned>(c < 0x20) | static_cast<unsigned>(c >= 0x80) |
           static_cast<unsigned>(c == ',') | static_cast<unsigned>(c == '"');
  };
  unsigned found = 0;
  std::size_t i = 0;
  for (; i + 16 <= text.size(); i += 16) {
    unsigned char block = 0;
    for (std::size_t k = 0; k < 16; ++k)
      block |= static_cast<unsigned char>(differs(static_cast<unsigned char>(text[i + k])));
    found |= block;
  }
  for (; i < text.size(); ++i) found |= differs(static_cast<unsigned char>(text[i]));
  return found == 0;
}

bool starts_a_formula(char first) {
  switch (first) {
    case '=':
    case '+':
    case '-':
    case '@':
    case '\t':
    case '\r':
      return true;
    default:
      return false;
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  if (starts_a_formula(text.front())) out += '\'';
  for (std::size_t quote; (quote = text.find('"')) != text.npos; text.remove_prefix(quote + 1)) {
    out += text.substr(0, quote);
    out += "\"\"";
  }
  out += text;
  out += '"';
}

void append_valid_csv_cell(std::string& out, std::string_view text) {
  if (text.empty()) return;
  if (text.find_first_of(",\"\r\n") != text.npos) return append_quoted(out, text);
  if (starts_a_formula(text.front())) out += '\'';
  out += text;
}

}  // namespace

void append_csv_cell(std::string& out, std::string_view text) {
  if (text.empty()) return;
  if (is_plain(text)) {
    if (starts_a_formula(text.front())) out += '\'';
    out += text;
  } else if (text.find('\0') == text.npos && simdjson::validate_utf8(text)) {
    append_valid_csv_cell(out, text);
  } else {
    append_valid_csv_cell(out, valid_utf8(text));
  }
}

void Cell::text(std::string_view value) {
  if (format_ == Format::json)
    json::append_string(out_, value);
  else
    append_csv_cell(out_, value);
}

void Cell::text_or_null(const std::optional<std::string>& value) {
  if (value)
    text(*value);
  else
    null();
}

void Cell::time(Instant value) {
  if (format_ == Format::json)
    json::append_time(out_, value);
  else
    append_iso(out_, value);
}

}  // namespace sextant::http
