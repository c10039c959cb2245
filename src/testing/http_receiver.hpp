// For tests: whoever gets what we send, and answers as it is told, well or badly.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace sextant::testing {

struct ReceivedRequest {
  std::string head;
  std::string body;
  int connection = 0;  // which one, from 1

  // The value of a header; empty where there is none.
  std::string header(std::string_view name) const;
};

struct RawAnswer {
  std::string bytes{};                 // empty: says nothing and waits
  std::string repeated{};              // sent after them again and again
  std::chrono::milliseconds every{0};  // with so much time between
  bool closes = false;                 // afterwards
};

RawAnswer answer(int status, std::string_view headers = {}, std::string_view body = {});

// On a free port of 127.0.0.1, a thread for each connection.
class HttpReceiver {
 public:
  using Answerer = std::function<RawAnswer(const ReceivedRequest&)>;

  explicit HttpReceiver(Answerer answerer = [](const ReceivedRequest&) { return answer(200); });
  HttpReceiver(const HttpReceiver&) = delete;
  HttpReceiver& operator=(const HttpReceiver&) = delete;
  ~HttpReceiver();

  std::uint16_t port() const { return port_; }
  std::string url(std::string_view path = "/hook") const;
  int connections() const;
  std::vector<ReceivedRequest> requests() const;
  // Until so many have come, and answers them all; fewer after half a minute.
  std::vector<ReceivedRequest> wait_for(std::size_t count) const;

 private:
  void accept();
  void serve(int socket, int connection);
  bool is_stopping_within(std::chrono::milliseconds time) const;

  const Answerer answerer_;
  int listener_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<int> sockets_;
  std::vector<ReceivedRequest> requests_;
  std::vector<std::thread> threads_;
  bool is_stopping_ = false;
  std::thread acceptor_;
};

}  // namespace sextant::testing
