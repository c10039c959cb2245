#include "testing/http_receiver.hpp"

#include <arpa/inet.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "base/text.hpp"

namespace sextant::testing {
namespace {

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// Appends what comes; false at the end.
bool receive(int socket, std::string& received) {
  char bytes[16 * 1024];
  const ssize_t count = ::recv(socket, bytes, sizeof bytes, 0);
  if (count > 0) received.append(bytes, static_cast<std::size_t>(count));
  return count > 0;
}

}  // namespace

std::string ReceivedRequest::header(std::string_view name) const {
  for (const std::string_view line : split(head, '\n'))
    if (line.size() > name.size() && line[name.size()] == ':' &&
        ::strncasecmp(line.data(), name.data(), name.size()) == 0)
      return std::string(trim(line.substr(name.size() + 1)));
  return {};
}

RawAnswer answer(int status, std::string_view headers, std::string_view body) {
  std::string bytes = "HTTP/1.1 " + std::to_string(status) +
                      " Answer\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  bytes.append(headers).append("\r\n").append(body);
  return {.bytes = std::move(bytes), .repeated = {}, .closes = false};
}

HttpReceiver::HttpReceiver(Answerer answerer)
    : answerer_(std::move(answerer)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, raw, size) != 0 || ::listen(listener_, 1024) != 0 ||
      ::getsockname(listener_, raw, &size) != 0)
    throw std::runtime_error("no port for a receiver");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept(); });
}

HttpReceiver::~HttpReceiver() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  for (const int socket : sockets_) ::close(socket);
  ::close(listener_);
}

std::string HttpReceiver::url(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
}

int HttpReceiver::connections() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(sockets_.size());
}

std::vector<ReceivedRequest> HttpReceiver::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<ReceivedRequest> HttpReceiver::wait_for(std::size_t count) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::seconds{30}, [&] { return requests_.size() >= count; });
  return requests_;
}

bool HttpReceiver::is_stopping_within(std::chrono::milliseconds time) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, time, [&] { return is_stopping_; });
}

void HttpReceiver::accept() {
  while (true) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (is_stopping_ || socket < 0) {
      if (socket >= 0) ::close(socket);
      return;
    }
    sockets_.push_back(socket);
    const int number = static_cast<int>(sockets_.size());
    threads_.emplace_back([this, socket, number] { serve(socket, number); });
  }
}

void HttpReceiver::serve(int socket, int connection) {
  std::string received;
  while (true) {
    std::size_t end = 0;
    while ((end = received.find("\r\n\r\n")) == received.npos)
      if (!receive(socket, received)) return;
    ReceivedRequest request{
        .head = received.substr(0, end + 2), .body = {}, .connection = connection};
    const auto length =
        static_cast<std::size_t>(parse_integer(request.header("Content-Length")).value_or(0));
    while (received.size() < end + 4 + length)
      if (!receive(socket, received)) return;
    request.body = received.substr(end + 4, length);
    received.erase(0, end + 4 + length);
    const RawAnswer raw = answerer_(request);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(std::move(request));
      changed_.notify_all();
    }
    bool is_open = send_all(socket, raw.bytes);
    while (is_open && !raw.repeated.empty())
      is_open = !is_stopping_within(raw.every) && send_all(socket, raw.repeated);
    if (raw.closes || !is_open) {
      ::shutdown(socket, SHUT_RDWR);
      return;
    }
  }
}

}  // namespace sextant::testing
