#include "http/weights.hpp"

#include "base/text.hpp"

namespace sextant::http {
namespace {

std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t at = text.find(separator);
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(at == text.npos ? text.size() : at + 1);
  return trim(part);
}

// "0" to "1" with at most three decimals; what is no weight counts as 1, as if it were not there.
double read_weight(std::string_view text) {
  const auto number = parse_number(text);
  return number && *number >= 0 && *number <= 1 ? *number : 1;
}

}  // namespace

bool take_weighted(std::string_view& list, Weighted& element) {
  while (!list.empty()) {
    std::string_view parts = take_until(list, ',');
    element = {.name = take_until(parts, ';'), .weight = 1};
    while (!parts.empty()) {
      const std::string_view parameter = take_until(parts, ';');
      if (parameter.size() > 2 && (parameter.starts_with("q=") || parameter.starts_with("Q=")))
        element.weight = read_weight(parameter.substr(2));
    }
    if (!element.name.empty()) return true;
  }
  return false;
}

}  // namespace sextant::http
