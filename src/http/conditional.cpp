#include "http/conditional.hpp"

#include <algorithm>
#include <optional>

#include "base/secrets.hpp"
#include "base/text.hpp"

namespace sextant::http {
namespace {

std::string_view suffix_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::gzip:
      return "-gzip\"";
    case Encoding::zstd:
      return "-zstd\"";
    case Encoding::identity:
      break;
  }
  return "\"";
}

}  // namespace

std::string entity_tag(std::string_view content_or_version, Encoding encoding) {
  const Hash hash = sha256(content_or_version);
  std::string tag = "\"";
  tag += to_base64url({reinterpret_cast<const char*>(hash.data()), 16});
  tag += suffix_of(encoding);
  return tag;
}

bool holds_already(const Request& request, std::string_view tag) {
  std::string_view list = request.header("if-none-match").value_or("");
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view held = trim(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    if (held.starts_with("W/")) held.remove_prefix(2);
    if (held == tag || held == "*") return true;
  }
  return false;
}

Response not_modified_in_place_of(Response response) {
  response.status = 304;
  response.content_type.clear();
  response.body = std::string();
  return response;
}

std::optional<Response> not_modified(const Request& request, std::string_view version) {
  const auto held = request.header("if-none-match");
  if (!held || (request.method != Method::get && request.method != Method::head))
    return std::nullopt;
  // Only the whole answer has a tag to give to who asks for "*".
  if (trim(*held) == "*") return std::nullopt;
  // Whether the answer would be packed is known only with its body: it is either of the two.
  for (const Encoding encoding : {wanted_encoding(request), Encoding::identity}) {
    std::string tag = entity_tag(version, encoding);
    if (!holds_already(request, tag)) continue;
    Response response;
    response.headers.emplace_back("ETag", std::move(tag));
    return not_modified_in_place_of(std::move(response));
  }
  return std::nullopt;
}

}  // namespace sextant::http
