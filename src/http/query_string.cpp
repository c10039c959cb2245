#include "http/query_string.hpp"

#include <algorithm>

#include "http/syntax.hpp"

namespace sextant::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// "http://host/path?query" becomes "/path?query"; nothing for another form that is not a path.
std::optional<std::string_view> without_authority(std::string_view target) {
  if (target.starts_with('/')) return target;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t end = target.find_first_of("/?");
    if (end == 0 || target.empty()) return std::nullopt;
    return end == target.npos ? std::string_view() : target.substr(end);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text, Plus plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && plus == Plus::is_space) c = ' ';
    if (c == '%') {
      if (text.size() - i < 3) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return std::nullopt;
    decoded += c;
  }
  return decoded;
}

std::optional<Pairs> parse_query(std::string_view query) {
  Pairs pairs;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view part = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    auto name = percent_decoded(part.substr(0, equals), Plus::is_space);
    auto value = percent_decoded(equals == part.npos ? std::string_view() : part.substr(equals + 1),
                                 Plus::is_space);
    if (!name || !value) return std::nullopt;
    pairs.emplace_back(*std::move(name), *std::move(value));
  }
  return pairs;
}

std::optional<std::string_view> read_target(std::string_view target, Request& request) {
  const auto local = without_authority(target);
  if (!local) return "the request target is not a path";
  const std::size_t question = local->find('?');
  auto path = percent_decoded(local->substr(0, question), Plus::is_plus);
  if (!path) return "the path has a % that is not followed by two hex digits, or an encoded NUL";
  request.query.clear();
  if (question != local->npos) {
    auto query = parse_query(local->substr(question + 1));
    if (!query)
      return "the query has a % that is not followed by two hex digits, or an encoded NUL";
    request.query = *std::move(query);
  }
  request.path = path->empty() ? "/" : *std::move(path);
  request.target = local->starts_with('/') ? std::string(*local) : "/" + std::string(*local);
  return std::nullopt;
}

}  // namespace sextant::http
