// One SQL statement: text and values kept apart. `{}` in the text is a value and becomes $1, $2,
// ..., which both databases take.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.hpp"

namespace sextant::db {

struct Blob {
  std::string bytes;
};

using Value = std::variant<std::monostate, std::int64_t, double, bool, std::string, Blob>;

template <typename T>
Value to_value(const T& value) {
  if constexpr (std::is_same_v<T, bool>)
    return value;
  else if constexpr (std::is_enum_v<T>)
    return static_cast<std::int64_t>(value);
  else if constexpr (std::is_integral_v<T>)
    return static_cast<std::int64_t>(value);
  else if constexpr (std::is_floating_point_v<T>)
    return static_cast<double>(value);
  else if constexpr (std::is_same_v<T, Instant>)
    return unix_ms(value);
  else if constexpr (std::is_same_v<T, Blob>)
    return value;
  else
    return std::string(value);
}
template <typename T>
Value to_value(const std::optional<T>& value) {
  return value ? to_value(*value) : Value{};
}

inline Value to_value(const Value& value) {
  return value;
}

// For LIKE ... ESCAPE '\', the word anywhere, taken literally: "50%" -> "%50\%%".
inline std::string like_pattern(std::string_view word) {
  std::string pattern = "%";
  for (const char c : word) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

class Query {
 public:
  template <typename... Values>
  explicit Query(std::string_view text, const Values&... values) {
    append(text, values...);
  }

  template <typename... Values>
  Query& append(std::string_view text, const Values&... values) {
    std::size_t next = 0;
    [[maybe_unused]] const auto one = [&](Value value) {
      const auto brace = text.find("{}", next);
      text_.append(text, next, brace - next);
      values_.push_back(std::move(value));
      text_ += '$' + std::to_string(values_.size());
      next = brace + 2;
    };
    (one(to_value(values)), ...);
    text_.append(text, next);
    return *this;
  }

  // " WHERE ..." the first time, " AND ..." after it.
  template <typename... Values>
  Query& where(std::string_view condition, const Values&... values) {
    text_ += has_where_ ? " AND " : " WHERE ";
    has_where_ = true;
    return append(condition, values...);
  }

  // "(a, b, c)" with one value each; "(NULL)" when there is none, which nothing equals.
  template <typename Range>
  Query& append_list(const Range& range) {
    text_ += '(';
    bool first = true;
    for (const auto& item : range) {
      if (!first) text_ += ", ";
      first = false;
      append("{}", item);
    }
    text_ += first ? "NULL)" : ")";
    return *this;
  }

  // Values for the `$1`, `$2`, ... that stand in the text already.
  Query& bind(std::span<const Value> values) {
    values_.insert(values_.end(), values.begin(), values.end());
    return *this;
  }

  // Its values are keys, so that one plan is as good for any of them. PostgreSQL plans every other
  // read for its values anew, since a plan for a small tenant can be ruinous for a large one.
  Query& keep_plan() {
    keeps_plan_ = true;
    return *this;
  }
  bool keeps_plan() const { return keeps_plan_; }

  const std::string& text() const { return text_; }
  std::span<const Value> values() const { return values_; }

 private:
  std::string text_;
  std::vector<Value> values_;
  bool has_where_ = false;
  bool keeps_plan_ = false;
};

}  // namespace sextant::db
