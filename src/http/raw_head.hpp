// The head of a request as it comes off the wire, checked strictly and before any parser sees it:
// the parser takes messages that others read differently, and what two programs read differently is
// how requests are smuggled.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/syntax.hpp"

namespace sextant::http {

class RawHead {
 public:
  enum class State { incomplete, complete, refused };

  explicit RawHead(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  // `received` is all that came since the message began; called again when more has come. Each byte
  // is looked at once, and what is wrong is known as soon as it is there.
  State read(std::string_view received);

  const Refusal& refusal() const { return refusal_; }

  // Known when complete. The head begins after an empty line that some clients send too much.
  std::size_t begin() const { return begin_; }
  std::size_t end() const { return next_line_; }
  std::optional<std::uint64_t> content_length() const { return content_length_; }
  bool is_chunked() const { return is_chunked_; }
  bool is_http_1_0() const { return is_http_1_0_; }
  bool expects_continue() const { return expects_continue_; }

 private:
  bool refuse(std::string_view message);
  bool refuse(Refusal refusal);
  bool take_line(std::string_view line);  // without its CRLF
  bool take_request_line(std::string_view line);
  bool take_field(std::string_view line);
  bool take_known_field(std::string_view name, std::string_view value);
  bool take_content_length(std::string_view value);
  bool finish();
  State too_long();

  std::size_t most_bytes_;
  std::size_t begin_ = 0;
  std::size_t next_line_ = 0;  // where the line under way begins
  std::size_t checked_ = 0;    // bytes known to hold no line end and nothing forbidden
  bool has_request_line_ = false;
  bool is_complete_ = false;
  bool is_http_1_0_ = false;
  bool is_chunked_ = false;
  bool has_host_ = false;
  bool has_authorization_ = false;
  bool expects_continue_ = false;
  std::optional<std::uint64_t> content_length_;
  Refusal refusal_;
};

}  // namespace sextant::http
