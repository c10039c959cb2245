// An answer: a status, a type, headers, and a body that is whole or pulled piece by piece.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "http/request.hpp"

namespace sextant::http {

// Appends the next piece (some 64 to 256 KiB) to the text; false after the last. Always pulled on a
// worker thread; destroyed when the client is gone. An error cuts the connection, so that nobody
// takes a part for the whole.
using BodyStream = std::function<Result<bool>(std::string&)>;

using Body = std::variant<std::string, std::shared_ptr<const std::string>, BodyStream>;

// What went wrong, as a code for programs and a sentence for people.
struct Problem {
  std::string code;
  std::string message;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  Pairs headers;  // names as they go out
  Body body;

  // What the body was made from, when that is cheaper to name than the body is to hash: the server
  // makes the ETag of it (with the content encoding). Empty: the ETag is made from the body's
  // bytes.
  std::string version;
  std::optional<Problem> problem;  // what the body says, where it says that
  bool has_etag =
      true;  // off: /metrics, /healthz, /readyz; only 200 answers to GET and HEAD carry one
};

// Would an answer of this version be what the client holds already? Asked before the work is done.
// Answers the 304 then.
std::optional<Response> not_modified(const Request& request, std::string_view version);

Response json(std::string body);
Response no_content();

// {"statusCode": 404, "error": "not_found", "message": "..."}
Response problem(int status, std::string_view code, std::string_view message);
// What went wrong inside, `internal` and `unavailable`, is for the operator: it may name files,
// tables, hosts. The log has it under the request's id; the client is told when to come back.
Response problem(const Error& error, const Request& request);
// The same where it has been logged already.
Response problem(const Error& error);

}  // namespace sextant::http
