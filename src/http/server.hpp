// The server: sockets, TLS, limits and time limits, parsing; anything malformed is answered and
// closed here. One event loop per core, each with its own listening socket (SO_REUSEPORT), and
// worker threads for what would block a loop.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "http/router.hpp"
#include "http/syntax.hpp"

namespace sextant::http {

// Whether a server could be told to listen on it: "127.0.0.1:8321".
Result<void> check_listen(std::string_view text);

struct ServerSettings {
  std::string listen = "127.0.0.1:8321";  // address:port; port 0 takes a free one; [::1]:8321
  int loops = 0;                          // event loops; 0: one a core
  int workers = 8;
  std::size_t header_bytes = 16 * 1024;  // request line and headers; more is 414 or 431
  std::size_t body_bytes = 1024 * 1024;  // more is 413
  std::string large_body_path;           // below it a body may be so large
  std::size_t large_body_bytes = 25 * 1024 * 1024;
  std::size_t large_bodies_bytes = 256 * 1024 * 1024;  // of all at once; more is 503
  // Asked when the head of a large body has come: why the rest of it need not be read.
  std::function<std::optional<Refusal>(const Request&)> refuse_large_body;
  std::chrono::milliseconds header_timeout{10'000};  // from its first byte to the last of the head
  std::chrono::milliseconds body_timeout{30'000};
  std::chrono::milliseconds idle_timeout{60'000};   // between requests
  std::chrono::milliseconds write_timeout{30'000};  // without any progress
  std::size_t stream_bytes_per_second = 16 * 1024;  // a reader of a stream slower than this is cut,
  std::chrono::milliseconds stream_window{60'000};  // looked at over as long as this
  int connections = 20'000;                         // more wait to be accepted
  std::string tls_certificate;                      // PEM files; both or neither
  std::string tls_key;
  // Quick routes run on the event loops; off when the store is across a network.
  bool handlers_on_loops = true;
};

// What happened, for metrics: one call when an answer is out.
struct Served {
  const Route* route = nullptr;  // null where none matched or nothing could be parsed
  int status = 0;
  std::chrono::microseconds took{0};
  std::size_t bytes = 0;
};

class Server {
 public:
  // `router` must outlive the server. `on_served` is called on many threads.
  static Result<std::unique_ptr<Server>> start(const ServerSettings& settings, const Router& router,
                                               std::function<void(const Served&)> on_served = {});
  virtual ~Server() = default;  // stops

  virtual std::uint16_t port() const = 0;
  virtual int open_connections() const = 0;
  // Stops accepting, finishes what is under way, returns when all is done or `within` has passed.
  virtual void stop(std::chrono::milliseconds within) = 0;
};

}  // namespace sextant::http
