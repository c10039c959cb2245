// A client of raw bytes, for tests of what servers make of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace sextant::testing {

struct Answer {
  int status = 0;                              // 0: the connection ended before a whole answer
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // unchunked
};

class HttpClient {
 public:
  // Connects to 127.0.0.1. Whatever the server does not do within 20 seconds counts as an end.
  explicit HttpClient(std::uint16_t port, int receive_buffer_bytes = 0);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  HttpClient& send(std::string_view bytes);
  // Until the head, and by its headers the body, of one answer are here.
  Answer read_answer(bool is_for_head = false);
  // All until the server ends the connection.
  std::string read_to_end();
  // Some bytes more; empty at the end.
  std::string read_some(std::size_t most = 64 * 1024);
  // Waits at most so long for the server to close.
  bool is_closed_within(std::chrono::milliseconds time);
  bool was_reset() const { return was_reset_; }
  bool ran_into_timeout() const { return ran_into_timeout_; }

  // One request with a Host header, one answer.
  Answer get(std::string_view target, std::string_view headers = {});

 private:
  bool receive();
  std::string take(std::size_t count);
  std::string take_line();
  std::string take_chunks();

  int socket_ = -1;
  bool was_reset_ = false;
  bool ran_into_timeout_ = false;
  std::string received_;
};

}  // namespace sextant::testing
