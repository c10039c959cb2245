// One event loop: its thread, its listening socket, its connections and their deadlines. For the
// inside of this room only, as Asio is.
#pragma once

#include <atomic>
#include <list>
#include <thread>

#include "http/answer.hpp"
#include "http/server.hpp"
#include "http/workers.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sextant::http {

namespace asio = boost::asio;
using SteadyClock = std::chrono::steady_clock;
using TimePoint = SteadyClock::time_point;
using ErrorCode = boost::system::error_code;

// Concrete executors throughout: type-erased ones cost a third of the speed.
using Executor = asio::io_context::executor_type;
template <typename T>
using Awaitable = asio::awaitable<T, Executor>;
inline constexpr asio::use_awaitable_t<Executor> awaiting{};
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>;

class Loop;

// What a loop knows of a connection.
class Connection {
 public:
  virtual ~Connection() = default;
  // Closes the socket; the connection's coroutine then ends by itself.
  virtual void cut() = 0;

  TimePoint deadline = TimePoint::max();
  bool is_idle = true;  // waits for the first byte of a request
};

// What the loops of a server share.
struct Shared {
  Shared(const ServerSettings& given, const Router& routes,
         std::function<void(const Served&)> served, std::unique_ptr<asio::ssl::context> context);
  ~Shared();

  void opened();
  void closed();
  void stopped_listening();
  // Whether no loop listens and no connection is open.
  bool wait_until_closed(std::chrono::milliseconds within);

  const ServerSettings settings;
  const Router& router;
  const std::function<void(const Served&)> on_served;
  const std::unique_ptr<asio::ssl::context> tls;  // null without TLS
  SharedBodies bodies;
  std::vector<std::unique_ptr<Loop>> loops;
  Workers workers;
  std::atomic<int> open_connections = 0;
  std::atomic<int> listening_loops = 0;
  std::atomic<std::size_t> large_bodies_bytes = 0;  // room given to those under way
  std::atomic<bool> is_stopping = false;

 private:
  std::mutex mutex_;
  std::condition_variable last_closed_;
};

class Loop {
 public:
  explicit Loop(Shared& shared);
  ~Loop();

  ErrorCode listen(const asio::ip::tcp::endpoint& endpoint);
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void run();  // starts the thread

  // These may be called on any thread.
  void accept_again();  // there is room for a connection more
  void finish();        // accepts no more, cuts the idle ones
  void cut_all();
  void stop();  // ends the thread

  Shared& shared() { return shared_; }
  asio::io_context& context() { return context_; }
  // "Date: ...\r\n" of this second.
  std::string_view date();

  using Place = std::list<Connection*>::iterator;
  Place add(Connection& connection);
  void remove(Place place);

 private:
  Awaitable<void> accept();
  Awaitable<void> wait_for_room();
  Awaitable<void> watch_deadlines();
  void begin(Socket socket);

  Shared& shared_;
  std::list<Connection*> connections_;
  std::string date_;
  std::int64_t date_second_ = 0;
  std::chrono::milliseconds tick_;
  asio::io_context context_{1};
  Acceptor acceptor_{context_};
  Timer deadline_timer_{context_};
  Timer room_timer_{context_};
  std::thread thread_;
};

}  // namespace sextant::http
