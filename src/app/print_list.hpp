// What the list commands print: one line each for people, a JSON array for scripts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/json.hpp"

namespace sextant::app {

template <typename T, typename AsJson, typename AsLine>
void print_list(const std::vector<T>& items, bool as_json, AsJson append_json, AsLine line) {
  if (!as_json) {
    for (const T& item : items) fmt::print("{}\n", line(item));
    return;
  }
  std::string out;
  json::Writer json(out);
  json.begin_array();
  for (const T& item : items) {
    json.begin_object();
    append_json(json, item);
    json.end_object();
  }
  json.end_array();
  fmt::print("{}\n", out);
}

inline void append_time_or_null(json::Writer& json, std::string_view key,
                                const std::optional<Instant>& at) {
  json.key(key);
  at ? json.time(*at) : json.null();
}

inline std::string or_dash(const std::optional<Instant>& at) {
  return at ? to_iso(*at) : "-";
}

}  // namespace sextant::app
