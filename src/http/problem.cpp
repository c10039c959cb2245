#include "base/json.hpp"
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
  return response;
}

Response problem(const Error& error) {
  const Meaning meaning = meaning_of(error.kind);
  // What went wrong inside is for the log; it may name files, tables, people.
  const std::string_view message =
      error.kind == ErrorKind::internal
          ? "something went wrong on our side; X-Request-Id finds it in our log"
          : std::string_view(error.message);
  return problem(meaning.status, meaning.code, message);
}

}  // namespace sextant::http
