#include "http/connection.hpp"

#include <array>

#include <fmt/format.h>
#include <boost/asio/ssl/stream.hpp>

#include "base/log.hpp"
#include "http/incoming.hpp"
#include "http/large_body.hpp"
#include "http/receive_buffer.hpp"

namespace sextant::http {
namespace {

using TlsStream = asio::ssl::stream<Socket>;

// How long a refused client may go on sending before the socket is closed under it: long enough for
// it to read the answer, which a closed socket with unread bytes would throw away.
constexpr std::chrono::seconds lingering{2};

// Pieces of memory that go out together, in order.
class Outgoing {
 public:
  Outgoing(std::string_view a, std::string_view b = {}, std::string_view c = {},
           std::string_view d = {})
      : buffers_{buffer(a), buffer(b), buffer(c), buffer(d)} {}

  const std::array<asio::const_buffer, 4>& buffers() const { return buffers_; }
  std::size_t size() const { return asio::buffer_size(buffers_); }
  void sent(std::size_t count) {
    for (asio::const_buffer& buffer : buffers_) {
      const std::size_t part = std::min(count, buffer.size());
      buffer += part;
      count -= part;
    }
  }

 private:
  static asio::const_buffer buffer(std::string_view text) { return {text.data(), text.size()}; }
  std::array<asio::const_buffer, 4> buffers_;
};

template <typename Stream>
class Session : public Connection {
 public:
  Session(Stream stream, Loop& loop)
      : stream_(std::move(stream)),
        loop_(loop),
        shared_(loop.shared()),
        settings_(shared_.settings),
        incoming_({.header_bytes = settings_.header_bytes,
                   .body_bytes = settings_.body_bytes,
                   .large_body_path = settings_.large_body_path,
                   .large_body_bytes = settings_.large_body_bytes}),
        pulled_(loop.context()),
        place_(loop.add(*this)) {
    ErrorCode ignored;
    const auto address = socket().remote_endpoint(ignored).address();
    peer_ = address.to_string();
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() override { loop_.remove(place_); }

  void cut() override {
    ErrorCode ignored;
    // Half an answer must not look like a whole one: the client sees a reset, not an end.
    if (is_answering_) socket().set_option(asio::socket_base::linger(true, 0), ignored);
    socket().close(ignored);
  }

  Awaitable<void> run() {
    bool has_request = co_await shake_hands();
    while (has_request) {
      has_request = co_await receive();
      if (!has_request) break;
      if (is_refused_) {
        co_await answer_refusal();
        break;
      }
      co_await answer();
      if (!keep_alive_ || !socket().is_open()) break;
      incoming_.next();
      large_body_.give_back();
    }
    if (socket().is_open()) co_await close();
  }

 private:
  static constexpr bool is_tls = std::is_same_v<Stream, TlsStream>;

  Socket& socket() {
    if constexpr (is_tls)
      return stream_.next_layer();
    else
      return stream_;
  }
  void expire_after(std::chrono::milliseconds time) { deadline = SteadyClock::now() + time; }

  Awaitable<bool> shake_hands() {
    if constexpr (is_tls) {
      is_idle = false;
      expire_after(settings_.header_timeout);
      ErrorCode error;
      co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                       asio::redirect_error(awaiting, error));
      co_return !error;
    }
    co_return true;
  }

  // A whole request, or one to refuse; false when there is none to come.
  Awaitable<bool> receive() {
    using State = Incoming::State;
    std::optional<State> before;
    while (true) {
      const Incoming::Progress progress = incoming_.read(buffer_.view());
      buffer_.use(progress.used);
      is_refused_ = progress.state == State::refused;
      if (is_refused_ || progress.state == State::complete) break;

      const bool is_body = progress.state == State::body_incomplete;
      is_refused_ = is_body && before != progress.state && !admits_body();
      if (is_refused_) break;
      is_idle = !is_body && buffer_.empty();
      if (is_idle) {
        if (shared_.is_stopping) co_return false;
        expire_after(settings_.idle_timeout);
      } else if (before != progress.state || was_idle_) {
        if (is_body && incoming_.expects_continue() && buffer_.empty() &&
            !incoming_.is_http_1_0()) {
          const bool is_sent = co_await send(Outgoing("HTTP/1.1 100 Continue\r\n\r\n"));
          if (!is_sent) co_return false;
        }
        expire_after(is_body ? settings_.body_timeout : settings_.header_timeout);
      }
      was_idle_ = is_idle;
      before = progress.state;
      const bool has_come = co_await receive_some();
      if (!has_come) co_return false;
    }
    is_idle = was_idle_ = false;
    deadline = TimePoint::max();
    began_ = SteadyClock::now();
    co_return true;
  }

  // Large bodies are for whom the settings let send one, and only so many at once.
  bool admits_body() {
    const std::size_t bytes = incoming_.body_bytes_most();
    if (bytes <= settings_.body_bytes) return true;
    std::optional<Refusal> refusal;
    if (settings_.refuse_large_body) refusal = settings_.refuse_large_body(incoming_.request());
    if (!refusal &&
        !large_body_.take(shared_.large_bodies_bytes, bytes, settings_.large_bodies_bytes))
      refusal = {503, "unavailable", "too many large bodies are coming in at once: try again soon"};
    if (refusal) incoming_.refuse(*refusal);
    return !refusal;
  }

  Awaitable<bool> receive_some() {
    const ReceiveBuffer::Room room = buffer_.room();
    ErrorCode error;
    const std::size_t count = co_await stream_.async_read_some(
        asio::buffer(room.data, room.size), asio::redirect_error(awaiting, error));
    buffer_.received(count);
    co_return !error && count > 0;
  }

  // Sends all of it, as long as the client takes some of it in time.
  Awaitable<bool> send(Outgoing outgoing) {
    ErrorCode error;
    if constexpr (!is_tls) {
      // Nearly always the kernel takes it all at once.
      const std::size_t count = socket().write_some(outgoing.buffers(), error);
      outgoing.sent(count);
      if (error == asio::error::would_block || error == asio::error::try_again) error = {};
      if (is_streaming_) account(count, {});
    }
    while (!error && outgoing.size() > 0) {
      const TimePoint started = SteadyClock::now();
      deadline = std::min(started + settings_.write_timeout, window_end(started));
      const std::size_t count = co_await stream_.async_write_some(
          outgoing.buffers(), asio::redirect_error(awaiting, error));
      outgoing.sent(count);
      if (is_streaming_) account(count, SteadyClock::now() - started);
    }
    deadline = TimePoint::max();
    co_return !error;
  }

  // A reader of a stream holds a snapshot of the store open: over each window it must take what the
  // settings say. Only the time spent waiting for it counts.
  TimePoint window_end(TimePoint now) const {
    if (!is_streaming_ || window_bytes_ >= least_window_bytes()) return TimePoint::max();
    return now + std::max<SteadyClock::duration>(settings_.stream_window - window_waited_, {});
  }
  std::size_t least_window_bytes() const {
    return settings_.stream_bytes_per_second *
           static_cast<std::size_t>(settings_.stream_window.count()) / 1000;
  }
  void account(std::size_t count, SteadyClock::duration waited) {
    window_bytes_ += count;
    window_waited_ += waited;
    if (window_waited_ < settings_.stream_window || window_bytes_ < least_window_bytes()) return;
    window_bytes_ = 0;
    window_waited_ = {};
  }

  // Runs `work`, which throws nothing, on a worker thread and comes back to the loop.
  template <typename Work>
  Awaitable<void> on_worker(Work work) {
    co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
        [this](auto handler, Work job) {
          shared_.workers.submit(
              [&context = loop_.context(), job, handler = std::move(handler)]() mutable {
                job();
                asio::post(context, std::move(handler));
              });
        },
        awaiting, work);
  }

  Response respond(const Route* route) {
    Request& request = incoming_.request();
    try {
      return finish(request, shared_.router.handle(request, route), shared_.bodies);
    } catch (const std::exception& thrown) {
      log::error("request.failed",
                 {{"request_id", request.id}, {"path", request.path}, {"error", thrown.what()}});
    }
    return problem(Error{});
  }

  Awaitable<void> answer() {
    Request& request = incoming_.request();
    request.peer = peer_;
    request.is_tls = is_tls;
    const Route* route = shared_.router.find(request);
    Response response;
    if (settings_.handlers_on_loops && (!route || route->cost == Cost::quick))
      response = respond(route);
    else
      co_await on_worker([this, route, &response] { response = respond(route); });

    keep_alive_ = incoming_.keep_alive() && !shared_.is_stopping;
    if (is_stream(response))
      co_await answer_stream(route, response);
    else
      co_await answer_whole(route, response);
  }

  Awaitable<void> answer_whole(const Route* route, Response& response) {
    write_head(response);
    const std::string_view body = is_head() ? std::string_view() : whole_body(response);
    is_answering_ = true;
    const bool is_sent = co_await send(Outgoing(head_, body));
    keep_alive_ &= is_sent;
    is_answering_ = false;
    tell(route, response.status, head_.size() + body.size());
  }

  bool is_head() { return !is_refused_ && incoming_.request().method == Method::head; }

  void write_head(const Response& response) {
    head_.clear();
    const Framing framing{.keep_alive = keep_alive_,
                          .is_http_1_0 = !is_refused_ && incoming_.is_http_1_0()};
    append_head(head_, response, framing, incoming_.request().id, loop_.date());
  }

  void tell(const Route* route, int status, std::size_t bytes) {
    if (!shared_.on_served) return;
    const auto took =
        std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - began_);
    shared_.on_served({.route = route, .status = status, .took = took, .bytes = bytes});
  }

  // One pull of the stream.
  struct Piece {
    std::string bytes;
    Result<bool> has_more = true;
  };
  void pull(BodyStream& stream, Piece& piece) {
    piece.bytes.clear();
    try {
      while (piece.bytes.empty() && piece.has_more && *piece.has_more)
        piece.has_more = stream(piece.bytes);
    } catch (const std::exception& thrown) {
      piece.has_more = fail(ErrorKind::internal, thrown.what());
    } catch (...) {
      piece.has_more = fail(ErrorKind::internal, "a stream threw what is no exception");
    }
    if (!piece.has_more)
      log::error("stream.failed", {{"request_id", incoming_.request().id},
                                   {"error", piece.has_more.error().message}});
  }

  // A pull on a worker thread while the loop does something else. Whoever begins one waits for it.
  void begin_pull(BodyStream& stream, Piece& piece) {
    pulled_.expires_at(TimePoint::max());
    is_pulling_ = true;
    shared_.workers.submit([this, &stream, &piece] {
      pull(stream, piece);
      asio::post(loop_.context(), [this] {
        is_pulling_ = false;
        pulled_.cancel();
      });
    });
  }
  Awaitable<void> wait_for_pull() {
    ErrorCode cancelled;
    while (is_pulling_) co_await pulled_.async_wait(asio::redirect_error(awaiting, cancelled));
  }

  // The first piece is pulled before the head goes out: a stream that fails at once is a plain
  // error.
  Awaitable<void> answer_stream(const Route* route, Response& response) {
    if (incoming_.is_http_1_0()) keep_alive_ = false;
    Piece piece;
    if (!is_head()) {
      begin_pull(std::get<BodyStream>(response.body), piece);
      co_await wait_for_pull();
      if (!piece.has_more) {
        Response failed = problem(piece.has_more.error());
        co_await answer_whole(route, failed);
        co_return;
      }
    }
    write_head(response);
    is_answering_ = is_streaming_ = true;
    window_bytes_ = 0;
    window_waited_ = {};
    std::size_t bytes = 0;
    bool is_whole = false;
    if (is_head())
      is_whole = co_await send(Outgoing(head_));
    else
      is_whole = co_await send_pieces(std::get<BodyStream>(response.body), piece, bytes);
    if (!is_whole) {
      keep_alive_ = false;
      cut();
    }
    is_answering_ = is_streaming_ = false;
    tell(route, response.status, bytes);
  }

  // Never more than two pieces are held: the next is pulled while the client takes this one.
  Awaitable<bool> send_pieces(BodyStream& stream, Piece& piece, std::size_t& bytes) {
    std::string before = std::move(head_);
    Piece next;
    while (true) {
      const bool is_last = !*piece.has_more;
      std::string_view after;
      if (!incoming_.is_http_1_0()) {
        if (!piece.bytes.empty())
          fmt::format_to(std::back_inserter(before), "{:x}\r\n", piece.bytes.size());
        after = piece.bytes.empty() ? "0\r\n\r\n" : is_last ? "\r\n0\r\n\r\n" : "\r\n";
      }
      Outgoing outgoing(before, piece.bytes, after);
      bytes += outgoing.size();
      if (!is_last) begin_pull(stream, next);
      const bool is_sent = co_await send(outgoing);
      co_await wait_for_pull();
      if (!is_sent || is_last) co_return is_sent;
      before.clear();
      std::swap(piece, next);
      if (!piece.has_more || !socket().is_open()) co_return false;
    }
  }

  Awaitable<void> answer_refusal() {
    keep_alive_ = false;
    const Refusal& refusal = incoming_.refusal();
    std::string& id = incoming_.request().id;
    if (id.empty()) id = request_id_for("");
    Response response = problem(refusal.status, refusal.code, refusal.message);
    shared_.router.shape(incoming_.target(), response);
    co_await answer_whole(nullptr, response);
  }

  // Says that nothing more comes, then reads on for a while: see `lingering`.
  Awaitable<void> close() {
    ErrorCode error;
    expire_after(lingering);
    if constexpr (is_tls) co_await stream_.async_shutdown(asio::redirect_error(awaiting, error));
    socket().shutdown(asio::socket_base::shutdown_send, error);
    if (!is_refused_ && buffer_.empty()) co_return;
    const ReceiveBuffer::Room room = buffer_.room();
    error = {};
    while (!error)
      co_await socket().async_read_some(asio::buffer(room.data, room.size),
                                        asio::redirect_error(awaiting, error));
  }

  Stream stream_;
  Loop& loop_;
  Shared& shared_;
  const ServerSettings& settings_;
  Incoming incoming_;
  ReceiveBuffer buffer_;
  LargeBody large_body_;
  std::string head_;
  std::string peer_;
  TimePoint began_;
  bool was_idle_ = false;
  bool is_refused_ = false;
  bool keep_alive_ = true;
  bool is_answering_ = false;
  bool is_streaming_ = false;
  bool is_pulling_ = false;
  Timer pulled_;
  std::size_t window_bytes_ = 0;
  SteadyClock::duration window_waited_{};
  Loop::Place place_;
};

}  // namespace

Awaitable<void> serve(Socket socket, Loop& loop) {
  if (const auto& tls = loop.shared().tls) {
    Session<TlsStream> session(TlsStream(std::move(socket), *tls), loop);
    co_await session.run();
  } else {
    Session<Socket> session(std::move(socket), loop);
    co_await session.run();
  }
}

}  // namespace sextant::http
