#include "db/postgres_values.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include <fmt/format.h>

namespace sextant::db {
namespace {

// From pg_type, where they never change.
constexpr PostgresType boolean_type = 16;
constexpr PostgresType bytes_type = 17;
constexpr PostgresType integer_type = 20;
constexpr PostgresType text_type = 25;
constexpr PostgresType real_type = 701;

constexpr char hex_digits[] = "0123456789abcdef";

template <typename Number>
std::array<char, 8> in_network_order(Number number) {
  auto bits = std::bit_cast<std::uint64_t>(number);
  if constexpr (std::endian::native == std::endian::little) bits = __builtin_bswap64(bits);
  return std::bit_cast<std::array<char, 8>>(bits);
}

Result<void> check_text(std::string_view text) {
  if (text.contains('\0'))
    return fail(ErrorKind::invalid, "PostgreSQL cannot hold a text with a NUL character in it");
  return {};
}

void append_hex(std::string& out, std::string_view bytes) {
  for (const char c : bytes) {
    out += hex_digits[static_cast<unsigned char>(c) >> 4];
    out += hex_digits[static_cast<unsigned char>(c) & 15];
  }
}

constexpr auto hex_values = [] {
  std::array<std::uint8_t, 256> values{};
  for (std::uint8_t i = 0; i < 16; ++i) values[static_cast<unsigned char>(hex_digits[i])] = i;
  return values;
}();

std::uint8_t hex_value(char digit) {
  return hex_values[static_cast<unsigned char>(digit)];
}

void decode_hex(std::string& out, std::string_view hex) {
  out.resize(hex.size() / 2);
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<char>(hex_value(hex[2 * i]) << 4 | hex_value(hex[2 * i + 1]));
}

// The shortest text that reads as the same number; "inf" and "nan" are PostgreSQL's words too.
std::string to_text(double number) {
  return fmt::format("{}", number);
}

// A backslash, a tab and the ends of lines mean something in COPY's text form.
void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view special = "\\\t\n\r";
  constexpr std::string_view letters = "\\tnr";
  for (std::size_t at = 0; at < text.size();) {
    const auto next = std::min(text.find_first_of(special, at), text.size());
    out.append(text, at, next - at);
    if (next < text.size()) {
      out += '\\';
      out += letters[special.find(text[next])];
    }
    at = next + 1;
  }
}

Result<void> append_copy_cell(std::string& out, const Value& value) {
  return std::visit(
      [&](const auto& held) -> Result<void> {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::monostate>) {
          out += "\\N";
        } else if constexpr (std::is_same_v<Held, bool>) {
          out += held ? 't' : 'f';
        } else if constexpr (std::is_same_v<Held, std::int64_t>) {
          char digits[24];
          out.append(digits, std::to_chars(digits, std::end(digits), held).ptr);
        } else if constexpr (std::is_same_v<Held, double>) {
          out += to_text(held);
        } else if constexpr (std::is_same_v<Held, Blob>) {
          out += "\\\\x";
          append_hex(out, held.bytes);
        } else {
          TRY(check_text(held));
          append_escaped(out, held);
        }
        return {};
      },
      value);
}

char unescaped(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      return letter;
  }
}

}  // namespace

Result<void> PostgresParameters::set(std::span<const Value> values) {
  const std::size_t count = values.size();
  types_.assign(count, type_from_context);
  values_.assign(count, nullptr);
  lengths_.assign(count, 0);
  formats_.assign(count, 1);
  numbers_.resize(count);
  const auto put = [&](std::size_t i, PostgresType type, const char* bytes, std::size_t length) {
    types_[i] = type;
    values_[i] = bytes;
    lengths_[i] = static_cast<int>(length);
  };
  for (std::size_t i = 0; i < count; ++i) {
    if (const auto* integer = std::get_if<std::int64_t>(&values[i])) {
      numbers_[i] = in_network_order(*integer);
      put(i, integer_type, numbers_[i].data(), sizeof(std::int64_t));
    } else if (const auto* real = std::get_if<double>(&values[i])) {
      numbers_[i] = in_network_order(*real);
      put(i, real_type, numbers_[i].data(), sizeof(double));
    } else if (const auto* flag = std::get_if<bool>(&values[i])) {
      numbers_[i][0] = *flag ? 1 : 0;
      put(i, boolean_type, numbers_[i].data(), 1);
    } else if (const auto* text = std::get_if<std::string>(&values[i])) {
      TRY(check_text(*text));
      put(i, text_type, text->data(), text->size());
    } else if (const auto* blob = std::get_if<Blob>(&values[i])) {
      put(i, bytes_type, blob->bytes.data(), blob->bytes.size());
    }
  }
  return {};
}

std::size_t PostgresParameters::bytes() const {
  std::size_t sum = 64 + 16 * types_.size();
  for (const int length : lengths_) sum += static_cast<std::size_t>(length);
  return sum;
}

Result<std::string> postgres_literal(const Value& value) {
  return std::visit(
      [](const auto& held) -> Result<std::string> {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::monostate>)
          return "NULL";
        else if constexpr (std::is_same_v<Held, bool>)
          return held ? "TRUE" : "FALSE";
        else if constexpr (std::is_same_v<Held, std::int64_t>)
          return fmt::format("'{}'::bigint", held);
        else if constexpr (std::is_same_v<Held, double>)
          return fmt::format("'{}'::double precision", to_text(held));
        else if constexpr (std::is_same_v<Held, Blob>) {
          std::string literal = "'\\x";
          append_hex(literal, held.bytes);
          return literal + "'::bytea";
        } else {
          TRY(check_text(held));
          // standard_conforming_strings is on: a quote is doubled, and nothing else is special.
          std::string literal = "'";
          for (const char c : held) literal.append(c == '\'' ? 2 : 1, c);
          return literal + "'::text";
        }
      },
      value);
}

Result<void> append_copy_line(std::string& out, std::span<const Value> values) {
  bool is_first = true;
  for (const Value& value : values) {
    if (!is_first) out += '\t';
    is_first = false;
    TRY(append_copy_cell(out, value));
  }
  out += '\n';
  return {};
}

std::int64_t TextRow::integer(int column) const {
  const std::string_view text = this->text(column);
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  // A mean has a fraction, which is cut.
  if (error == std::errc() && (rest == end || *rest == '.')) return number;
  // A flag; or a sum of integers, a NUMERIC, that is too large.
  const double approximate = real(column);
  constexpr double limit = 9223372036854775808.0;
  if (std::isnan(approximate)) return 0;
  if (approximate >= limit) return std::numeric_limits<std::int64_t>::max();
  if (approximate < -limit) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(approximate);
}

double TextRow::real(int column) const {
  const std::string_view text = this->text(column);
  if (text == "t") return 1;
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string_view TextRow::blob(int column) const {
  const std::string_view text = this->text(column);
  if (!text.starts_with("\\x")) return text;
  auto at = blobs_.begin();
  for (std::size_t i = 0; i < blobs_used_; ++i, ++at)
    if (at->column == column) return at->bytes;
  if (at == blobs_.end()) at = blobs_.emplace(at);
  ++blobs_used_;
  at->column = column;
  decode_hex(at->bytes, text.substr(2));
  return at->bytes;
}

void CopyRow::read(std::span<char> line) {
  forget_blobs();
  cells_.clear();
  char* const end = line.data() + line.size();
  for (char* begin = line.data();; ++begin) {
    char* at = begin;
    while (at < end && *at != '\t' && *at != '\\') ++at;
    char* stop = at;  // of what is left when it is unescaped
    if (at < end && *at == '\\') {
      char* out = at;
      const bool is_null = at == begin && at + 1 < end && at[1] == 'N';
      for (; at < end && *at != '\t'; ++at) *out++ = *at == '\\' ? unescaped(*++at) : *at;
      stop = is_null ? nullptr : out;
    }
    if (stop)
      cells_.emplace_back(std::string_view(begin, static_cast<std::size_t>(stop - begin)));
    else
      cells_.emplace_back(std::nullopt);
    if (at == end) return;
    begin = at;
  }
}

std::optional<std::string_view> CopyRow::cell(int column) const {
  const auto at = static_cast<std::size_t>(column);
  return at < cells_.size() ? cells_[at] : std::nullopt;
}

}  // namespace sextant::db
