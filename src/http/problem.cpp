#include "base/json.hpp"
#include "base/log.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace sextant::http {
namespace {

struct Meaning {
  int status;
  std::string_view code;
};

Meaning meaning_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return {400, "bad_request"};
    case ErrorKind::unauthorized:
      return {401, "unauthorized"};
    case ErrorKind::forbidden:
      return {403, "forbidden"};
    case ErrorKind::not_found:
      return {404, "not_found"};
    case ErrorKind::conflict:
      return {409, "conflict"};
    case ErrorKind::throttled:
      return {429, "throttled"};
    case ErrorKind::unavailable:
      return {503, "unavailable"};
    case ErrorKind::internal:
      break;
  }
  return {500, "internal"};
}

}  // namespace

Response json(std::string body) {
  Response response;
  response.body = std::move(body);
  return response;
}

Response no_content() {
  Response response;
  response.status = 204;
  response.content_type.clear();
  return response;
}

Response problem(int status, std::string_view code, std::string_view message) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.key("statusCode").integer(status);
  writer.key("error").string(code);
  writer.key("message").string(message);
  writer.end_object();
  Response response = json(std::move(body));
  response.status = status;
  response.problem = Problem{std::string(code), std::string(message)};
  return response;
}

Response problem(const Error& error) {
  const auto [status, code] = meaning_of(error.kind);
  if (error.kind == ErrorKind::internal)
    return problem(status, code,
                   "something went wrong on our side; X-Request-Id finds it in our log");
  if (error.kind != ErrorKind::unavailable) return problem(status, code, error.message);
  Response response =
      problem(status, code, "this cannot be answered right now; try again in a few seconds");
  response.headers.emplace_back("Retry-After", "5");
  return response;
}

Response problem(const Error& error, const Request& request) {
  const log::Fields fields = {
      {"request_id", request.id}, {"path", request.path}, {"error", error.message}};
  if (error.kind == ErrorKind::internal) log::error("request.failed", fields);
  if (error.kind == ErrorKind::unavailable) log::warning("request.unavailable", fields);
  return problem(error);
}

}  // namespace sextant::http
