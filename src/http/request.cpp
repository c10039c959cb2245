#include "http/request.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"
#include "http/syntax.hpp"
#include "http/weights.hpp"

namespace sextant::http {
namespace {

std::optional<std::string_view> first_of(const Pairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs)
    if (key == name) return value;
  return std::nullopt;
}

bool is_all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// How much a media type is wanted; among equal weights a type that is named beats a wildcard.
struct Wish {
  double weight = 0;
  int precision = 0;  // 1 for */*, 2 for type/*, 3 for the type itself
  auto operator<=>(const Wish&) const = default;
};

int precision_of(std::string_view range, std::string_view media_type) {
  if (equal_ignoring_case(range, media_type)) return 3;
  if (range == "*/*" || range == "*") return 1;
  const std::size_t slash = media_type.find('/');
  if (slash == media_type.npos || range.size() != slash + 2 || !range.ends_with("/*")) return 0;
  return equal_ignoring_case(range.substr(0, slash), media_type.substr(0, slash)) ? 2 : 0;
}

Wish wish_for(std::optional<std::string_view> accept, std::string_view media_type) {
  if (!accept || trim(*accept).empty()) return {.weight = 1, .precision = 1};
  Wish wish;
  Weighted range;
  while (take_weighted(*accept, range)) {
    const int precision = precision_of(range.name, media_type);
    if (precision > wish.precision) wish = {.weight = range.weight, .precision = precision};
  }
  return wish;
}

}  // namespace

std::optional<std::string_view> Request::parameter(std::string_view name) const {
  return first_of(query, name);
}

std::optional<std::string_view> Request::header(std::string_view name_in_lower_case) const {
  return first_of(headers, name_in_lower_case);
}

std::string_view Request::path_value(std::string_view name) const {
  return first_of(path_values, name).value_or(std::string_view());
}

Result<std::int64_t> Request::positive_integer(std::string_view name, std::int64_t fallback,
                                               std::int64_t most) const {
  const auto text = parameter(name);
  if (!text) return fallback;
  std::int64_t value = 0;
  if (is_all_digits(*text)) {
    const auto end = text->data() + text->size();
    if (std::from_chars(text->data(), end, value).ec == std::errc::result_out_of_range) return most;
  }
  if (value < 1)
    return fail(ErrorKind::invalid, fmt::format("{} takes a whole number from 1", name));
  return std::min(value, most);
}

Result<std::optional<double>> Request::number(std::string_view name) const {
  const auto text = parameter(name);
  if (!text) return std::nullopt;
  const auto value = parse_number(*text);
  if (!value || !std::isfinite(*value))
    return fail(ErrorKind::invalid, fmt::format("{} takes a number, such as 12 or 7.5", name));
  return value;
}

Result<std::optional<ParsedTime>> Request::time(std::string_view name) const {
  const auto text = parameter(name);
  if (!text) return std::nullopt;
  auto value = parse_iso(*text);
  if (!value)
    return fail(ErrorKind::invalid,
                fmt::format("{} takes a date such as 2026-05-01 or a time such as "
                            "2026-05-01T17:24:00Z",
                            name));
  return value;
}

std::vector<std::string> Request::list(std::string_view name) const {
  std::vector<std::string> parts;
  for (const std::string_view part : split(parameter(name).value_or(""), ','))
    if (const std::string_view trimmed = trim(part); !trimmed.empty()) parts.emplace_back(trimmed);
  return parts;
}

bool Request::accepts(std::string_view media_type) const {
  return wish_for(header("accept"), media_type).weight > 0;
}

bool Request::prefers_over_json(std::string_view media_type) const {
  const auto accept = header("accept");
  const Wish wish = wish_for(accept, media_type);
  return wish.weight > 0 && wish > wish_for(accept, "application/json");
}

}  // namespace sextant::http
