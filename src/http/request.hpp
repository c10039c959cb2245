// A request as handlers see it: complete, decoded, within the server's limits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sextant::http {

// `other` is any method that no route here can have; its name is not kept.
enum class Method { get, head, post, put, patch, del, options, other };

// Names and values in the order they came. Of a repeated name the first counts.
using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Request {
  Method method = Method::get;
  std::string path;    // percent-decoded, begins with '/', has no query
  std::string target;  // as sent: path and query
  Pairs query;         // percent-decoded, '+' is a space
  Pairs headers;       // names in lower case
  Pairs path_values;   // what the route's {names} stood for, set by the router
  std::string body;
  std::string id;    // X-Request-Id: the client's when it is harmless, else ours
  std::string peer;  // "127.0.0.1"
  bool is_tls = false;

  // Nothing where it was not sent; an empty text where it was sent empty.
  std::optional<std::string_view> parameter(std::string_view name) const;
  std::optional<std::string_view> header(std::string_view name_in_lower_case) const;
  std::string_view path_value(std::string_view name) const;

  // A parameter read and checked; the error (invalid) names it and says what it takes.
  // A whole number >= 1, `fallback` when not sent, values above `most` clamped to it, however
  // large.
  Result<std::int64_t> positive_integer(std::string_view name, std::int64_t fallback,
                                        std::int64_t most) const;
  Result<std::optional<double>> number(std::string_view name) const;  // finite
  Result<std::optional<ParsedTime>> time(std::string_view name) const;
  // Comma-separated, parts trimmed, empty ones left out.
  std::vector<std::string> list(std::string_view name) const;

  // By Accept, q-values and wildcards honoured; no Accept accepts everything.
  bool accepts(std::string_view media_type) const;
  // Whether `media_type` is wanted more than JSON: the content negotiation of CSV routes.
  bool prefers_over_json(std::string_view media_type) const;
};

}  // namespace sextant::http
