// The fields of an object in GitHub's JSON, taken one by one and bounded: what is wrong is named by
// its path ("issue.user.login"). Views live as long as the parsed document; names are literals.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "base/result.hpp"
#include "base/time.hpp"

namespace sextant::forge::github {

class Fields {
 public:
  explicit Fields(simdjson::dom::object object) : object_(object) {}

  // `invalid` where the field is something else than asked for. A field that is null is one that is
  // not there: the empty text, 0, false, nothing.
  Result<std::string_view> text(std::string_view name) const;
  Result<std::int64_t> id(std::string_view name) const;  // at least 0
  Result<bool> flag(std::string_view name) const;
  Result<std::optional<Instant>> time(std::string_view name) const;
  Result<std::optional<Fields>> object(std::string_view name) const;

  // `invalid` also where the object is not there.
  Result<Fields> required(std::string_view name) const;

  bool has(std::string_view name) const;  // and it is not null

  // The text without NUL and what is no UTF-8, cut to so many bytes.
  Result<std::string> clean_text(std::string_view name, std::size_t bytes_max) const;

  std::unexpected<Error> wrong(std::string_view name, std::string_view must) const;

 private:
  std::optional<simdjson::dom::element> find(std::string_view name) const;

  simdjson::dom::object object_;
  std::array<std::string_view, 4> path_{};  // "issue", "user"; words are put together when needed
};

}  // namespace sextant::forge::github
