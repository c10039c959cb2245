#include "leads/json_body.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include "base/text.hpp"

namespace sextant::leads {
namespace {

constexpr std::size_t body_bytes_max = 64 * 1024;

bool is_json(const http::Request& request) {
  const auto type = request.header("content-type");
  if (!type) return false;
  return fold(trim(type->substr(0, type->find(';')))) == "application/json";
}

std::unexpected<Error> wrong(std::string_view field, std::string_view takes) {
  return fail(ErrorKind::invalid, fmt::format("{} takes {}", field, takes));
}

}  // namespace

struct JsonBody::Parsed {
  simdjson::dom::parser parser;
  simdjson::dom::object object;

  // Nothing where it is not there, or null.
  std::optional<simdjson::dom::element> find(std::string_view field) const {
    simdjson::dom::element element;
    if (object.at_key(field).get(element) != simdjson::SUCCESS || element.is_null())
      return std::nullopt;
    return element;
  }
};

JsonBody::JsonBody(std::unique_ptr<Parsed> parsed) : parsed_(std::move(parsed)) {}
JsonBody::~JsonBody() = default;

bool JsonBody::has(std::string_view field) const {
  return parsed_->find(field).has_value();
}

bool JsonBody::is_null(std::string_view field) const {
  simdjson::dom::element element;
  return parsed_->object.at_key(field).get(element) == simdjson::SUCCESS && element.is_null();
}

Result<std::string> JsonBody::text(std::string_view field) const {
  auto value = TRY(text_if_there(field));
  if (!value) return wrong(field, "a text, and is required");
  return *std::move(value);
}

Result<std::optional<std::string>> JsonBody::text_if_there(std::string_view field) const {
  const auto element = parsed_->find(field);
  if (!element) return std::nullopt;
  std::string_view value;
  if (element->get(value) != simdjson::SUCCESS || value.contains('\0'))
    return wrong(field, "a text");
  return std::string(value);
}

Result<std::int64_t> JsonBody::integer(std::string_view field) const {
  const auto element = parsed_->find(field);
  std::int64_t value = 0;
  if (!element || element->get(value) != simdjson::SUCCESS)
    return wrong(field, "a whole number, and is required");
  return value;
}

Result<std::optional<double>> JsonBody::number_if_there(std::string_view field) const {
  const auto element = parsed_->find(field);
  if (!element) return std::nullopt;
  double value = 0;
  if (element->get(value) != simdjson::SUCCESS) return wrong(field, "a number");
  return value;
}

Result<std::optional<bool>> JsonBody::flag_if_there(std::string_view field) const {
  const auto element = parsed_->find(field);
  if (!element) return std::nullopt;
  bool value = false;
  if (element->get(value) != simdjson::SUCCESS) return wrong(field, "true or false");
  return value;
}

Result<std::optional<std::vector<std::string>>> JsonBody::texts_if_there(
    std::string_view field) const {
  const auto element = parsed_->find(field);
  if (!element) return std::nullopt;
  simdjson::dom::array array;
  if (element->get(array) != simdjson::SUCCESS) return wrong(field, "a list of texts");
  std::vector<std::string> texts;
  for (const simdjson::dom::element one : array) {
    std::string_view text;
    if (one.get(text) != simdjson::SUCCESS || text.contains('\0'))
      return wrong(field, "a list of texts");
    texts.emplace_back(text);
  }
  return texts;
}

Result<http::Response> with_body(
    const http::Request& request,
    const std::function<Result<http::Response>(const JsonBody&)>& handle) {
  if (!is_json(request))
    return http::problem(415, "unsupported_media_type",
                         "the body must be JSON: send Content-Type: application/json");
  if (request.body.size() > body_bytes_max)
    return http::problem(413, "payload_too_large", "the body may have 64 KiB at most");
  auto parsed = std::make_unique<JsonBody::Parsed>();
  if (parsed->parser.parse(request.body).get(parsed->object) != simdjson::SUCCESS)
    return fail(ErrorKind::invalid, "the body must be a JSON object");
  return handle(JsonBody(std::move(parsed)));
}

}  // namespace sextant::leads
