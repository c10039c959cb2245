// One request at a time out of the bytes of a connection. Knows no sockets: bytes in, a request or
// a refusal out.
#pragma once

#include <memory>
#include <optional>

#include "http/chunked_body.hpp"
#include "http/raw_head.hpp"
#include "http/request.hpp"

namespace sextant::http {

struct MessageLimits {
  std::size_t header_bytes = 16 * 1024;
  std::size_t body_bytes = 1024 * 1024;
  std::string large_body_path = {};  // below it a body may be so large; empty: nowhere
  std::size_t large_body_bytes = 0;
};

class Incoming {
 public:
  enum class State { head_incomplete, body_incomplete, complete, refused };

  explicit Incoming(const MessageLimits& limits);
  ~Incoming();

  struct Progress {
    State state;
    std::size_t used;  // bytes that need not be shown again
  };
  // `received` begins with what was not used the last time. What follows a complete request is not
  // used.
  Progress read(std::string_view received);

  // Once the head is there: how large the body may become.
  std::size_t body_bytes_most() const;
  State refuse(Refusal refusal);

  // Gets ready for the next request of the connection.
  void next();

  Request& request() { return request_; }
  const Refusal& refusal() const { return refusal_; }
  // As the request line says; empty where that was not understood.
  std::string_view target() const { return target_; }
  bool is_http_1_0() const { return head_.is_http_1_0(); }
  bool keep_alive() const;
  // Whether the client waits for a "100 Continue" before it sends the body.
  bool expects_continue() const { return head_.expects_continue(); }

 private:
  struct Parser;

  Progress read_head(std::string_view received);
  Progress read_body(std::string_view received);
  Progress read_chunks(std::string_view received);
  std::size_t body_bytes_for(std::string_view target) const;

  MessageLimits limits_;
  RawHead head_;
  ChunkedBody chunks_;
  Request request_;
  Refusal refusal_;
  std::string target_;
  std::unique_ptr<Parser> parser_;
};

}  // namespace sextant::http
