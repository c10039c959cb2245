#include "http/raw_head.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/text.hpp"

namespace sextant::http {
namespace {

// Bytes beyond ASCII are let through: browsers encode them, people who type a URL for curl do not.
bool is_target(std::string_view text) {
  return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) <= 0x20) || c == 0x7f || c == '#';
  });
}

}  // namespace

bool RawHead::refuse(Refusal refusal) {
  refusal_ = refusal;
  return false;
}

bool RawHead::refuse(std::string_view message) {
  return refuse(Refusal{.message = message});
}

RawHead::State RawHead::too_long() {
  if (has_request_line_)
    refuse({431, "headers_too_large", "the headers are larger than this server takes"});
  else
    refuse({414, "uri_too_long", "the request line is longer than this server takes"});
  return State::refused;
}

RawHead::State RawHead::read(std::string_view received) {
  while (!is_complete_) {
    const void* found = checked_ < received.size() ? std::memchr(received.data() + checked_, '\n',
                                                                 received.size() - checked_)
                                                   : nullptr;
    const std::size_t end =
        found ? static_cast<std::size_t>(static_cast<const char*>(found) - received.data())
              : received.size();
    if (end + (found ? 1 : 0) > most_bytes_) return too_long();

    // A line under way may end in the CR of its CRLF.
    std::string_view fresh = received.substr(checked_, end - checked_);
    const bool has_return = fresh.ends_with('\r');
    if (has_return) fresh.remove_suffix(1);
    if (has_control(fresh)) {
      refuse("the head has a control character");
      return State::refused;
    }
    if (!found) {
      checked_ = end - (has_return ? 1 : 0);
      return State::incomplete;
    }
    if (!has_return) {
      refuse("a line ends without a carriage return");
      return State::refused;
    }
    const std::string_view line = received.substr(next_line_, end - 1 - next_line_);
    next_line_ = checked_ = end + 1;
    if (!take_line(line)) return State::refused;
  }
  return State::complete;
}

bool RawHead::take_line(std::string_view line) {
  if (has_request_line_) {
    if (line.empty()) return finish();
    return take_field(line);
  }
  if (line.empty()) {
    if (begin_ > 0) return refuse("the request line is missing");
    begin_ = next_line_;
    return true;
  }
  has_request_line_ = true;
  return take_request_line(line);
}

bool RawHead::take_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == line.npos || first == last)
    return refuse("the request line is not a method, a target and a version");
  if (!is_token(line.substr(0, first))) return refuse("the method is no token");
  if (!is_target(line.substr(first + 1, last - first - 1)))
    return refuse("the request target has a character that must be percent-encoded");
  const std::string_view version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return refuse("only the versions 1.1 and 1.0 of HTTP are spoken here");
  is_http_1_0_ = version == "HTTP/1.0";
  return true;
}

bool RawHead::take_field(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t')
    return refuse("a header is folded over two lines");
  const std::string_view name = field_name(line);
  if (name.empty()) return refuse("a header is not a name, a colon and a value");
  return take_known_field(name, trim(line.substr(name.size() + 1)));
}

bool RawHead::take_known_field(std::string_view name, std::string_view value) {
  if (equal_ignoring_case(name, "host")) {
    if (has_host_) return refuse("there is more than one Host");
    if (!is_host(value)) return refuse("Host is not a host");
    has_host_ = true;
  } else if (equal_ignoring_case(name, "content-length")) {
    return take_content_length(value);
  } else if (equal_ignoring_case(name, "transfer-encoding")) {
    if (is_chunked_ || !equal_ignoring_case(value, "chunked"))
      return refuse("Transfer-Encoding takes chunked and nothing else, once");
    is_chunked_ = true;
  } else if (equal_ignoring_case(name, "authorization")) {
    if (has_authorization_) return refuse("there is more than one Authorization");
    has_authorization_ = true;
  } else if (equal_ignoring_case(name, "expect")) {
    if (!equal_ignoring_case(value, "100-continue"))
      return refuse({417, "expectation_failed", "Expect takes 100-continue"});
    expects_continue_ = true;
  }
  return true;
}

bool RawHead::take_content_length(std::string_view value) {
  if (content_length_) return refuse("there is more than one Content-Length");
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (error != std::errc() || end != value.data() + value.size())
    return refuse("Content-Length is not a whole number, or a huge one");
  content_length_ = length;
  return true;
}

bool RawHead::finish() {
  if (is_chunked_ && content_length_)
    return refuse("there is a Content-Length beside Transfer-Encoding");
  if (is_chunked_ && is_http_1_0_) return refuse("Transfer-Encoding came with version 1.0");
  if (!has_host_ && !is_http_1_0_) return refuse("Host is missing");
  is_complete_ = true;
  return true;
}

}  // namespace sextant::http
