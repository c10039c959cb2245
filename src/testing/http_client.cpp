#include "testing/http_client.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <algorithm>
#include <cctype>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace sextant::testing {

HttpClient::HttpClient(std::uint16_t port, int receive_buffer_bytes)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval patience{.tv_sec = 20, .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (receive_buffer_bytes > 0)
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                 sizeof receive_buffer_bytes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot connect to the server under test");
}

HttpClient::~HttpClient() {
  ::close(socket_);
}

HttpClient& HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;  // the server has closed: reading will tell
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return *this;
}

bool HttpClient::receive() {
  char bytes[64 * 1024];
  const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
  if (count > 0) {
    received_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }
  if (count < 0) (errno == EAGAIN ? ran_into_timeout_ : was_reset_) = true;
  return false;
}

std::string HttpClient::take(std::size_t count) {
  while (received_.size() < count && receive()) continue;
  std::string taken = received_.substr(0, count);
  received_.erase(0, taken.size());
  return taken;
}

std::string HttpClient::take_line() {
  std::size_t end;
  while ((end = received_.find("\r\n")) == received_.npos)
    if (!receive()) return {};
  std::string line = received_.substr(0, end);
  received_.erase(0, end + 2);
  return line;
}

std::string HttpClient::take_chunks() {
  std::string body;
  while (true) {
    const std::string line = take_line();
    if (line.empty()) return body;
    const std::size_t size = std::stoul(line, nullptr, 16);
    body += take(size);
    take_line();
    if (size == 0) return body;
  }
}

Answer HttpClient::read_answer(bool is_for_head) {
  Answer answer;
  const std::string status_line = take_line();
  if (!status_line.starts_with("HTTP/1.1 ")) return answer;
  for (std::string line = take_line(); !line.empty(); line = take_line()) {
    const std::size_t colon = line.find(": ");
    std::string name = line.substr(0, colon);
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    answer.headers[name] = line.substr(colon + 2);
  }
  answer.status = std::stoi(status_line.substr(9, 3));
  if (is_for_head || answer.status == 304 || answer.status == 204 || answer.status == 100)
    return answer;
  if (answer.headers.contains("transfer-encoding"))
    answer.body = take_chunks();
  else if (answer.headers.contains("content-length"))
    answer.body = take(std::stoul(answer.headers["content-length"]));
  else
    answer.body = read_to_end();
  return answer;
}

std::string HttpClient::read_to_end() {
  while (receive()) continue;
  return std::exchange(received_, {});
}

bool HttpClient::is_closed_within(std::chrono::milliseconds time) {
  pollfd polled{.fd = socket_, .events = POLLIN, .revents = 0};
  return ::poll(&polled, 1, static_cast<int>(time.count())) > 0 && !receive();
}

std::string HttpClient::read_some(std::size_t most) {
  if (received_.empty()) receive();
  return take(std::min(most, received_.size()));
}

Answer HttpClient::get(std::string_view target, std::string_view headers) {
  std::string request = "GET ";
  request.append(target).append(" HTTP/1.1\r\nHost: localhost\r\n").append(headers).append("\r\n");
  send(request);
  return read_answer();
}

}  // namespace sextant::testing
