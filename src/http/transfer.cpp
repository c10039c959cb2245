#include "http/transfer.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sextant::http {
namespace {

constexpr std::size_t header_bytes_most = 64 * 1024;

std::span<const std::uint8_t> address_bytes(const curl_sockaddr& address) {
  const auto at = [&](std::size_t offset, std::size_t count) {
    return std::span(reinterpret_cast<const std::uint8_t*>(&address.addr) + offset, count);
  };
  if (address.family == AF_INET) return at(offsetof(sockaddr_in, sin_addr), 4);
  if (address.family == AF_INET6) return at(offsetof(sockaddr_in6, sin6_addr), 16);
  return {};
}

void set_once(CURL* handle, const SenderSettings& settings) {
  curl_easy_setopt(handle, CURLOPT_POST, 1L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR,
                   settings.reach.allow_insecure ? "http,https" : "https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // nor one from the environment
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(settings.timeout.count()));
  curl_easy_setopt(handle, CURLOPT_USERAGENT, settings.user_agent.c_str());
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
}

}  // namespace

Transfer::Transfer(const SenderSettings& settings)
    : settings_(settings), handle_(curl_easy_init()) {
  set_once(handle_, settings);
  curl_easy_setopt(handle_, CURLOPT_PRIVATE, this);
  curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_easy_setopt(handle_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  curl_easy_setopt(handle_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle_, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open);
  curl_easy_setopt(handle_, CURLOPT_OPENSOCKETDATA, this);
}

Transfer::~Transfer() {
  curl_easy_cleanup(handle_);
  curl_slist_free_all(headers_);
}

void Transfer::begin(Outgoing request, Sender::Done done) {
  request_ = std::move(request);
  done_ = std::move(done);
  body_.clear();
  retry_after_.clear();
  header_bytes_ = 0;
  is_cut_ = was_refused_ = false;
  set_headers(request_.headers);
  curl_easy_setopt(handle_, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, request_.body.data());
  curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(request_.body.size()));
}

void Transfer::set_headers(const std::vector<std::string>& headers) {
  curl_slist_free_all(headers_);
  headers_ = curl_slist_append(nullptr, "Expect:");
  for (const std::string& header : headers) curl_slist_append(headers_, header.c_str());
  curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_);
}

std::size_t Transfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  Transfer& transfer = *static_cast<Transfer*>(self);
  const std::size_t room = transfer.settings_.body_bytes - transfer.body_.size();
  transfer.body_.append(bytes, std::min(room, size * count));
  transfer.is_cut_ = size * count > room;
  return transfer.is_cut_ ? 0 : size * count;
}

std::size_t Transfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
  Transfer& transfer = *static_cast<Transfer*>(self);
  constexpr std::string_view retry_after = "retry-after:";
  const std::string_view line(bytes, size * count);
  transfer.header_bytes_ += line.size();
  if (transfer.header_bytes_ > header_bytes_most) return 0;
  if (line.size() > retry_after.size() &&
      ::strncasecmp(line.data(), retry_after.data(), retry_after.size()) == 0)
    transfer.retry_after_ = trim(line.substr(retry_after.size()));
  return line.size();
}

// Every connection begins here, with the address that the name has turned out to be just now.
curl_socket_t Transfer::on_open(void* self, curlsocktype, curl_sockaddr* address) {
  Transfer& transfer = *static_cast<Transfer*>(self);
  if (!transfer.settings_.reach.allow_private && !is_public_address(address_bytes(*address))) {
    transfer.was_refused_ = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

Reply Transfer::reply(CURLcode code) {
  Reply reply;
  long status = 0;
  long sent = 0;
  curl_off_t took = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle_, CURLINFO_TOTAL_TIME_T, &took);
  curl_easy_getinfo(handle_, CURLINFO_REQUEST_SIZE, &sent);
  reply.was_sent = sent > 0;
  reply.took = std::chrono::microseconds{took};
  reply.body = std::move(body_);
  reply.retry_after = std::move(retry_after_);
  reply.is_cut = is_cut_;
  if (code == CURLE_OK || is_cut_) {
    reply.status = static_cast<int>(status);
    return reply;
  }
  reply.was_refused = was_refused_ && code == CURLE_COULDNT_CONNECT;
  reply.was_late = code == CURLE_OPERATION_TIMEDOUT;
  if (reply.was_refused)
    reply.error = "the host leads into an internal network, where nothing is sent";
  else if (header_bytes_ > header_bytes_most)
    reply.error = "the answer's headers are longer than 64 KiB";
  else if (reply.was_late)
    reply.error = fmt::format("no whole answer within {} ms", settings_.timeout.count());
  else
    reply.error = curl_easy_strerror(code);
  return reply;
}

}  // namespace sextant::http
