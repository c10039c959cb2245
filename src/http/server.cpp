#include "http/server.hpp"

#include <fmt/format.h>
#include <boost/asio/ip/address.hpp>

#include "base/text.hpp"
#include "http/loop.hpp"

namespace sextant::http {
namespace {

using Endpoint = asio::ip::tcp::endpoint;

Result<Endpoint> read_listen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon != text.npos) {
    std::string address(text.substr(0, colon));
    if (address.starts_with('[') && address.ends_with(']'))
      address = address.substr(1, address.size() - 2);
    ErrorCode error;
    const auto parsed = asio::ip::make_address(address, error);
    const auto port = parse_integer(text.substr(colon + 1));
    if (!error && port && *port >= 0 && *port <= 65535)
      return Endpoint(parsed, static_cast<std::uint16_t>(*port));
  }
  return fail(
      ErrorKind::invalid,
      fmt::format("listen takes address:port, such as 127.0.0.1:8321 or [::1]:8321, not \"{}\"",
                  text));
}

Result<std::unique_ptr<asio::ssl::context>> read_tls(const ServerSettings& settings) {
  if (settings.tls_certificate.empty() && settings.tls_key.empty()) return nullptr;
  if (settings.tls_certificate.empty() || settings.tls_key.empty())
    return fail(ErrorKind::invalid, "TLS takes both a certificate and a key");
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  ErrorCode error;
  tls->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                       asio::ssl::context::no_tlsv1_1,
                   error);
  SSL_CTX_set_options(tls->native_handle(), SSL_OP_NO_RENEGOTIATION);
  tls->use_certificate_chain_file(settings.tls_certificate, error);
  if (error)
    return fail(ErrorKind::invalid, fmt::format("{} cannot be read as a PEM certificate: {}",
                                                settings.tls_certificate, error.message()));
  tls->use_private_key_file(settings.tls_key, asio::ssl::context::pem, error);
  if (error)
    return fail(ErrorKind::invalid,
                fmt::format("{} cannot be read as the PEM key of {}: {}", settings.tls_key,
                            settings.tls_certificate, error.message()));
  return tls;
}

// With SO_REUSEPORT a second server on the same address would quietly take half of the connections;
// an ordinary bind says whether the address is free.
ErrorCode try_address(const Endpoint& endpoint) {
  asio::io_context context(1);
  Acceptor acceptor(context);
  ErrorCode error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  return error;
}

class LoopServer : public Server {
 public:
  LoopServer(const ServerSettings& settings, const Router& router,
             std::function<void(const Served&)> on_served, std::unique_ptr<asio::ssl::context> tls)
      : shared_(settings, router, std::move(on_served), std::move(tls)) {}
  LoopServer(const LoopServer&) = delete;
  LoopServer& operator=(const LoopServer&) = delete;
  ~LoopServer() override {
    stop(std::chrono::milliseconds(0));
    end();
  }

  ErrorCode listen(Endpoint endpoint) {
    if (const ErrorCode error = try_address(endpoint)) return error;
    const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
    const int count = shared_.settings.loops > 0 ? shared_.settings.loops : static_cast<int>(cores);
    for (int i = 0; i < count; ++i) {
      auto loop = std::make_unique<Loop>(shared_);
      if (const ErrorCode error = loop->listen(endpoint)) return error;
      endpoint.port(loop->port());
      shared_.loops.push_back(std::move(loop));
    }
    port_ = endpoint.port();
    for (const auto& loop : shared_.loops) loop->run();
    return {};
  }

  std::uint16_t port() const override { return port_; }
  int open_connections() const override { return shared_.open_connections; }
  void stop(std::chrono::milliseconds within) override;

 private:
  void end();

  Shared shared_;
  std::uint16_t port_ = 0;
};

void LoopServer::stop(std::chrono::milliseconds within) {
  shared_.is_stopping = true;
  for (const auto& loop : shared_.loops) loop->finish();
  if (shared_.wait_until_closed(within)) return;
  for (const auto& loop : shared_.loops) loop->cut_all();
}

// After stop: waits for handlers under way, which nothing can end from outside.
void LoopServer::end() {
  shared_.workers.stop();
  shared_.wait_until_closed(std::chrono::seconds(1));
  for (const auto& loop : shared_.loops) loop->stop();
}

}  // namespace

Result<void> check_listen(std::string_view text) {
  TRY(read_listen(text));
  return {};
}

Result<std::unique_ptr<Server>> Server::start(const ServerSettings& settings, const Router& router,
                                              std::function<void(const Served&)> on_served) {
  const Endpoint endpoint = TRY(read_listen(settings.listen));
  auto tls = TRY(read_tls(settings));
  auto server =
      std::make_unique<LoopServer>(settings, router, std::move(on_served), std::move(tls));
  if (const ErrorCode error = server->listen(endpoint))
    return fail(ErrorKind::unavailable,
                fmt::format("cannot listen on {}: {}", settings.listen, error.message()));
  return server;
}

}  // namespace sextant::http
