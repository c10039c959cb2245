// Writing JSON by appending to a string: the one way answers and files are made. Reading is
// simdjson's.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace sextant::json {

// The text as a JSON string, quotes included. Bytes that are no UTF-8 become U+FFFD.
void append_string(std::string& out, std::string_view text);

inline void append_integer(std::string& out, std::int64_t value) {
  char digits[20];
  const char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

// The shortest text that reads back the same; null for what JSON has no number for.
void append_number(std::string& out, double value);

inline void append_time(std::string& out, Instant at) {
  out += '"';
  append_iso(out, at);
  out += '"';
}

// An object or array under construction; commas are its business.
//   json::Writer w(out); w.begin_object(); w.key("id").integer(7); w.end_object();
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  Writer& begin_object() { return open('{'); }
  Writer& end_object() { return close('}'); }
  Writer& begin_array() { return open('['); }
  Writer& end_array() { return close(']'); }
  Writer& key(std::string_view name) {
    separate();
    append_string(out_, name);
    out_ += ':';
    fresh_ = true;
    return *this;
  }
  Writer& string(std::string_view text) {
    return value([&] { append_string(out_, text); });
  }
  Writer& integer(std::int64_t number) {
    return value([&] { append_integer(out_, number); });
  }
  Writer& number(double number) {
    return value([&] { append_number(out_, number); });
  }
  Writer& boolean(bool flag) {
    return value([&] { out_ += flag ? "true" : "false"; });
  }
  Writer& null() {
    return value([&] { out_ += "null"; });
  }
  Writer& time(Instant at) {
    return value([&] { append_time(out_, at); });
  }
  // A value that is JSON already.
  Writer& raw(std::string_view text) {
    return value([&] { out_ += text; });
  }

 private:
  void separate() {
    if (!fresh_) out_ += ',';
    fresh_ = false;
  }
  Writer& open(char bracket) {
    separate();
    out_ += bracket;
    fresh_ = true;
    return *this;
  }
  Writer& close(char bracket) {
    out_ += bracket;
    fresh_ = false;
    return *this;
  }
  template <typename Append>
  Writer& value(Append append) {
    separate();
    append();
    return *this;
  }

  std::string& out_;
  bool fresh_ = true;
};

}  // namespace sextant::json
