// One structured line per thing that happened, on standard error:
//   2026-05-01T17:24:00.000Z info pull_request.scored repo=acme/api number=87 took_ms=12
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/secrets.hpp"

namespace sextant::log {

enum class Level { debug, info, warning, error, off };

struct Field {
  std::string_view name;
  std::string value;

  Field(std::string_view n, std::string_view v) : name(n), value(v) {}
  Field(std::string_view n, const char* v) : name(n), value(v) {}
  Field(std::string_view n, const std::string& v) : name(n), value(v) {}
  Field(std::string_view n, bool v) : name(n), value(v ? "true" : "false") {}
  template <typename Number>
    requires(std::is_arithmetic_v<Number> && !std::is_same_v<Number, bool>)
  Field(std::string_view n, Number v) : name(n), value(std::to_string(v)) {}
  Field(std::string_view n, const Secret&) : name(n), value("***") {}
};
using Fields = std::initializer_list<Field>;

void set_level(Level level);
// `event` is a dotted noun and what happened to it: "token.revoked".
void write(Level level, std::string_view event, Fields fields);

inline void debug(std::string_view event, Fields fields = {}) {
  write(Level::debug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) {
  write(Level::info, event, fields);
}
inline void warning(std::string_view event, Fields fields = {}) {
  write(Level::warning, event, fields);
}
inline void error(std::string_view event, Fields fields = {}) {
  write(Level::error, event, fields);
}

}  // namespace sextant::log
