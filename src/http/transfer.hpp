// One request on its way, as curl sees it. For the inside of this room only, as curl is.
#pragma once

#include <curl/curl.h>

#include <string>

#include "http/sender.hpp"

namespace sextant::http {

// Used for one request after another: making a handle costs more than sending.
class Transfer {
 public:
  explicit Transfer(const SenderSettings& settings);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer();

  CURL* handle() const { return handle_; }
  void begin(Outgoing request, Sender::Done done);
  // What came of it, and who is to be told.
  Reply reply(CURLcode code);
  Sender::Done take_done() { return std::move(done_); }

 private:
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
  static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address);
  void set_headers(const std::vector<std::string>& headers);

  const SenderSettings& settings_;
  CURL* handle_;
  curl_slist* headers_ = nullptr;
  Outgoing request_;
  Sender::Done done_;
  std::string body_;
  std::string retry_after_;
  std::size_t header_bytes_ = 0;
  bool is_cut_ = false;       // the body is longer than we read
  bool was_refused_ = false;  // an address was not one to connect to
};

}  // namespace sextant::http
