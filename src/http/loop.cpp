#include "http/loop.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/log.hpp"
#include "http/connection.hpp"

namespace sextant::http {
namespace {

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

// Deadlines are looked at this often: a fraction of the shortest, so that none is late by much.
std::chrono::milliseconds tick_for(const ServerSettings& settings) {
  using std::chrono::milliseconds;
  const milliseconds shortest =
      std::min({settings.header_timeout, settings.body_timeout, settings.idle_timeout,
                settings.write_timeout, settings.stream_window});
  return std::clamp(shortest / 8, milliseconds(5), milliseconds(500));
}

}  // namespace

Shared::Shared(const ServerSettings& given, const Router& routes,
               std::function<void(const Served&)> served,
               std::unique_ptr<asio::ssl::context> context)
    : settings(given),
      router(routes),
      on_served(std::move(served)),
      tls(std::move(context)),
      workers(given.workers) {}

Shared::~Shared() = default;

void Shared::opened() {
  open_connections.fetch_add(1);
}

void Shared::closed() {
  const int before = open_connections.fetch_sub(1);
  if (is_stopping) {
    const std::lock_guard lock(mutex_);
    last_closed_.notify_all();
  } else if (before >= settings.connections) {
    for (const auto& loop : loops) loop->accept_again();
  }
}

void Shared::stopped_listening() {
  const std::lock_guard lock(mutex_);
  listening_loops.fetch_sub(1);
  last_closed_.notify_all();
}

bool Shared::wait_until_closed(std::chrono::milliseconds within) {
  std::unique_lock lock(mutex_);
  return last_closed_.wait_for(lock, within,
                               [this] { return open_connections == 0 && listening_loops == 0; });
}

Loop::Loop(Shared& shared) : shared_(shared), tick_(tick_for(shared.settings)) {}

Loop::~Loop() {
  stop();
}

ErrorCode Loop::listen(const asio::ip::tcp::endpoint& endpoint) {
  ErrorCode error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.set_option(ReusePort(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  return error;
}

void Loop::run() {
  shared_.listening_loops.fetch_add(1);
  asio::co_spawn(context_, accept(), asio::detached);
  asio::co_spawn(context_, watch_deadlines(), asio::detached);
  thread_ = std::thread([this] { context_.run(); });
}

void Loop::accept_again() {
  asio::post(context_, [this] { room_timer_.cancel(); });
}

void Loop::finish() {
  asio::post(context_, [this] {
    if (acceptor_.is_open()) {
      ErrorCode ignored;
      acceptor_.close(ignored);
      shared_.stopped_listening();
    }
    room_timer_.cancel();
    for (Connection* connection : connections_)
      if (connection->is_idle) connection->cut();
  });
}

void Loop::cut_all() {
  asio::post(context_, [this] {
    for (Connection* connection : connections_) connection->cut();
  });
}

void Loop::stop() {
  context_.stop();
  if (thread_.joinable()) thread_.join();
}

std::string_view Loop::date() {
  const Instant now = system_clock().now();
  const std::int64_t second = unix_ms(now) / 1000;
  if (second != date_second_) {
    date_second_ = second;
    date_ = "Date: " + http_date(now) + "\r\n";
  }
  return date_;
}

Loop::Place Loop::add(Connection& connection) {
  return connections_.insert(connections_.end(), &connection);
}

void Loop::remove(Place place) {
  connections_.erase(place);
  shared_.closed();
}

void Loop::begin(Socket socket) {
  ErrorCode ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket.non_blocking(true, ignored);
  shared_.opened();
  asio::co_spawn(context_, serve(std::move(socket), *this), asio::detached);
}

Awaitable<void> Loop::wait_for_room() {
  ErrorCode error;
  room_timer_.expires_after(tick_);
  co_await room_timer_.async_wait(asio::redirect_error(awaiting, error));
}

Awaitable<void> Loop::accept() {
  while (!shared_.is_stopping) {
    if (shared_.open_connections >= shared_.settings.connections) {
      co_await wait_for_room();
      continue;
    }
    ErrorCode error;
    Socket socket = co_await acceptor_.async_accept(asio::redirect_error(awaiting, error));
    if (error == asio::error::operation_aborted || shared_.is_stopping) co_return;
    if (!error) {
      begin(std::move(socket));
    } else if (error != asio::error::connection_aborted) {
      log::warning("connection.not_accepted", {{"error", error.message()}});
      co_await wait_for_room();  // no descriptors or no memory: they come back
    }
  }
}

Awaitable<void> Loop::watch_deadlines() {
  while (true) {
    ErrorCode error;
    deadline_timer_.expires_after(tick_);
    co_await deadline_timer_.async_wait(asio::redirect_error(awaiting, error));
    const TimePoint now = SteadyClock::now();
    for (Connection* connection : connections_)
      if (connection->deadline <= now) connection->cut();
  }
}

}  // namespace sextant::http
