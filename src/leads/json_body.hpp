// The body of a request: a JSON object whose fields are read and checked by name.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/response.hpp"

namespace sextant::leads {

// Fields that nobody asks for are ignored. An error (invalid) names the field and what it takes; a
// field that is null counts as one that is not there.
class JsonBody {
 public:
  ~JsonBody();

  bool has(std::string_view field) const;
  bool is_null(std::string_view field) const;  // said to be nothing, which clears what a PATCH may
  Result<std::string> text(std::string_view field) const;
  Result<std::optional<std::string>> text_if_there(std::string_view field) const;
  Result<std::int64_t> integer(std::string_view field) const;
  Result<std::optional<double>> number_if_there(std::string_view field) const;
  Result<std::optional<bool>> flag_if_there(std::string_view field) const;
  Result<std::optional<std::vector<std::string>>> texts_if_there(std::string_view field) const;

 private:
  friend Result<http::Response> with_body(
      const http::Request& request,
      const std::function<Result<http::Response>(const JsonBody&)>& handle);
  struct Parsed;
  explicit JsonBody(std::unique_ptr<Parsed> parsed);
  std::unique_ptr<Parsed> parsed_;
};

// 415 for another type than application/json, 413 for more than 64 KiB, `invalid` for what is no
// JSON object.
Result<http::Response> with_body(
    const http::Request& request,
    const std::function<Result<http::Response>(const JsonBody&)>& handle);

}  // namespace sextant::leads
