#include "http/incoming.hpp"

#include <algorithm>

#include <boost/beast/http/basic_parser.hpp>

#include "http/answer.hpp"
#include "http/query_string.hpp"

namespace sextant::http {
namespace {

namespace beast = boost::beast;
using beast::string_view;
using ErrorCode = beast::error_code;

Method method_of(beast::http::verb verb) {
  switch (verb) {
    case beast::http::verb::get:
      return Method::get;
    case beast::http::verb::head:
      return Method::head;
    case beast::http::verb::post:
      return Method::post;
    case beast::http::verb::put:
      return Method::put;
    case beast::http::verb::patch:
      return Method::patch;
    case beast::http::verb::delete_:
      return Method::del;
    case beast::http::verb::options:
      return Method::options;
    default:
      return Method::other;
  }
}

// Beast's parser, writing straight into a Request. It never sees chunks: ChunkedBody reads them.
class RequestParser : public beast::http::basic_parser<true> {
 public:
  RequestParser(Request& request, std::size_t header_bytes, std::size_t body_bytes)
      : request_(request) {
    eager(true);
    header_limit(static_cast<std::uint32_t>(header_bytes + 1));
    body_limit(body_bytes);
  }

 private:
  void on_request_impl(beast::http::verb verb, string_view, string_view target, int,
                       ErrorCode&) override {
    request_.method = method_of(verb);
    request_.target = target;
  }
  void on_response_impl(int, string_view, int, ErrorCode&) override {}
  void on_field_impl(beast::http::field, string_view name, string_view value, ErrorCode&) override {
    if (is_header_done())
      return;  // a trailer: nothing here reads them, and none may pass for a header
    std::string& key = request_.headers.emplace_back(name, value).first;
    std::transform(key.begin(), key.end(), key.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  }
  void on_header_impl(ErrorCode&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode&) override {
    request_.body.reserve(std::min<std::uint64_t>(length.value_or(0), 64 * 1024));
  }
  std::size_t on_body_impl(string_view piece, ErrorCode&) override {
    request_.body.append(piece.data(), piece.size());
    return piece.size();
  }
  void on_chunk_header_impl(std::uint64_t, string_view, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view, ErrorCode&) override { return 0; }
  void on_finish_impl(ErrorCode&) override {}

  Request& request_;
};

Refusal refusal_for(const ErrorCode& error) {
  if (error == beast::http::error::body_limit)
    return {413, "payload_too_large", "the body is larger than this server takes"};
  return {.message = "the message is no HTTP"};
}

}  // namespace

struct Incoming::Parser {
  std::optional<RequestParser> now;
};

Incoming::Incoming(const MessageLimits& limits)
    : limits_(limits),
      head_(limits.header_bytes),
      chunks_(limits.body_bytes),
      parser_(std::make_unique<Parser>()) {}

Incoming::~Incoming() = default;

bool Incoming::keep_alive() const {
  return parser_->now && parser_->now->keep_alive();
}

void Incoming::next() {
  head_ = RawHead(limits_.header_bytes);
  parser_->now.reset();
  target_.clear();
  request_.id.clear();
  request_.path_values.clear();
  request_.headers.clear();
  request_.query.clear();
  request_.body.clear();
}

Incoming::State Incoming::refuse(Refusal refusal) {
  refusal_ = refusal;
  return State::refused;
}

Incoming::Progress Incoming::read(std::string_view received) {
  std::size_t head_bytes = 0;
  if (!parser_->now) {
    const Progress head = read_head(received);
    if (head.state != State::body_incomplete) return head;
    head_bytes = head.used;
  }
  const std::string_view rest = received.substr(head_bytes);
  Progress body = head_.is_chunked() ? read_chunks(rest) : read_body(rest);
  body.used += head_bytes;
  return body;
}

Incoming::Progress Incoming::read_head(std::string_view received) {
  switch (head_.read(received)) {
    case RawHead::State::incomplete:
      return {State::head_incomplete, 0};
    case RawHead::State::refused:
      return {refuse(head_.refusal()), 0};
    case RawHead::State::complete:
      break;
  }
  const std::string_view head = received.substr(head_.begin(), head_.end() - head_.begin());
  const std::string_view after_method = head.substr(head.find(' ') + 1);
  target_ = after_method.substr(0, after_method.find(' '));
  const std::size_t body_bytes = body_bytes_for(target_);
  chunks_ = ChunkedBody(body_bytes);
  parser_->now.emplace(request_, limits_.header_bytes, body_bytes);
  ErrorCode error;
  parser_->now->put(boost::asio::buffer(head), error);
  request_.id = request_id_for(request_.header("x-request-id").value_or(""));
  if (error) return {refuse(refusal_for(error)), 0};
  const std::string target = std::move(request_.target);
  if (const auto reason = read_target(target, request_)) return {refuse({.message = *reason}), 0};
  return {State::body_incomplete, head_.end()};
}

std::size_t Incoming::body_bytes_for(std::string_view target) const {
  const bool is_large =
      !limits_.large_body_path.empty() && target.starts_with(limits_.large_body_path);
  return is_large ? limits_.large_body_bytes : limits_.body_bytes;
}

std::size_t Incoming::body_bytes_most() const {
  return head_.is_chunked() ? body_bytes_for(target_) : head_.content_length().value_or(0);
}

Incoming::Progress Incoming::read_body(std::string_view received) {
  auto& parser = *parser_->now;
  std::size_t used = 0;
  while (!parser.is_done() && used < received.size()) {
    ErrorCode error;
    const std::string_view rest = received.substr(used);
    used += parser.put(boost::asio::buffer(rest), error);
    if (error) return {refuse(refusal_for(error)), used};
  }
  return {parser.is_done() ? State::complete : State::body_incomplete, used};
}

Incoming::Progress Incoming::read_chunks(std::string_view received) {
  const ChunkedBody::Progress progress = chunks_.read(received, request_.body);
  switch (progress.state) {
    case ChunkedBody::State::incomplete:
      return {State::body_incomplete, progress.used};
    case ChunkedBody::State::complete:
      return {State::complete, progress.used};
    case ChunkedBody::State::refused:
      break;
  }
  return {refuse(chunks_.refusal()), progress.used};
}

}  // namespace sextant::http
